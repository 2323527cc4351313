using System.Net;
using Agent.Export.Answers;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Answers;

public sealed class VerdictTests
{
    /// <summary>A fault of the agent's own while it reads an answer is none of the network: a refusal is not sent again.</summary>
    [Theory]
    [InlineData(400, null, "Final", "400")]
    [InlineData(503, null, "Transient", "503")]
    [InlineData(200, null, "Transient", "invalid_response")]
    [InlineData(200, "0", "Transient", "invalid_response")]
    [InlineData(404, null, "Final", "404", OtlpExportProtocol.Grpc)]
    public void Of_AnAnswerThatCannotBeRead_GoesByItsStatus(
        int status, string? grpcStatus, string kind, string errorType, OtlpExportProtocol protocol = OtlpExportProtocol.HttpProtobuf)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new BrokenContent() };
        response.Content.Headers.ContentType = new("text/plain");
        if (grpcStatus is not null)
        {
            protocol = OtlpExportProtocol.Grpc;
            response.Headers.TryAddWithoutValidation("grpc-status", grpcStatus);
        }

        Verdict verdict = Verdict.Of(response, protocol, DateTimeOffset.UnixEpoch);

        verdict.Kind.ToString().ShouldBe(kind);
        verdict.ErrorType.ShouldBe(errorType);
        verdict.Reason.ShouldEndWith("the rest of its answer cannot be read (InvalidOperationException)");
    }

    private sealed class BrokenContent : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new InvalidOperationException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
