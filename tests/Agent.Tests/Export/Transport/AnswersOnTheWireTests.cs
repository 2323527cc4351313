using System.Globalization;
using System.Net;
using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Export.Protobuf;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

/// <summary>Answers of real servers, from the wire to the verdict.</summary>
public sealed class AnswersOnTheWireTests
{
    private const int Large = 70_000;

    private readonly LogLines _log = new();

    /// <summary>The body does not hide the status that came before it.</summary>
    [Theory]
    [InlineData("400 Bad Request", "text/plain", VerdictKind.Final, "400", "it answered 400 Bad Request: xxx")]
    [InlineData("401 Unauthorized", "text/html", VerdictKind.Final, "401", "it answered 401 Unauthorized with a web page (HTML)")]
    [InlineData("503 Busy", "text/plain", VerdictKind.Transient, "503", "it answered 503 Busy: xxx")]
    [InlineData("200 OK", "application/x-protobuf", VerdictKind.Transient, "invalid_response", "it answered 200 OK with a body that is not an OTLP response")]
    [InlineData("200 OK", "text/html", VerdictKind.Transient, "invalid_response", "it answered 200 OK with a web page (HTML)")]
    public async Task Http_ABodyBeyondTheBound_IsJudgedByStatusAndCut(string status, string type, object kind, string errorType, string reason)
    {
        using var server = new CannedServer(Answer(status, $"Content-Type: {type}\r\n", new string('x', Large)));

        Verdict verdict = await JudgeAsync(server.Url, OtlpExportProtocol.HttpProtobuf);

        verdict.Kind.ShouldBe((VerdictKind)kind);
        verdict.ErrorType.ShouldBe(errorType);
        verdict.Reason.ShouldStartWith(reason);
    }

    /// <summary>Fields that a later version might have, one after the other, so that any beginning of the body parses.</summary>
    [Fact]
    public async Task Http_ABodyThatParsesWhereItIsCut_IsNoSuccess()
    {
        using var server = new CannedServer(Answer("200 OK", "", string.Concat(Enumerable.Repeat("\x10\x01", Large))));

        (await JudgeAsync(server.Url, OtlpExportProtocol.HttpProtobuf)).ErrorType.ShouldBe("invalid_response");
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("2147483648", null)]
    [InlineData("999999999999999999999999999999", null)]
    public async Task Http_RetryAfterWithALargeBody_IsTheWait(string header, int? seconds)
    {
        using var server = new CannedServer(Answer("429 Too Many Requests", $"Retry-After: {header}\r\n", new string('x', Large)));

        (await JudgeAsync(server.Url, OtlpExportProtocol.HttpProtobuf)).Wait
            .ShouldBe(seconds is { } number ? TimeSpan.FromSeconds(number) : TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData("400 Bad Request", VerdictKind.Final, "it answered 400 Bad Request: xxx")]
    [InlineData("200 OK", VerdictKind.Transient, "the answer was cut, as the connection was closed before its end: ")]
    public async Task Http_AnAnswerCutInItsBody_SaysSoWhereTheStatusDoesNotDecide(string status, object kind, string reason)
    {
        using var server = new CannedServer($"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nxxx");

        Verdict verdict = await JudgeAsync(server.Url, OtlpExportProtocol.HttpProtobuf);

        verdict.Kind.ShouldBe((VerdictKind)kind);
        verdict.Reason.ShouldStartWith(reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grpc_AStatusWithoutAMessage_IsJudgedByIt(bool inTrailers)
    {
        foreach (int code in (int[])[2, 3, 5, 7, 8, 12, 13, 16, 99])
        {
            await using Http2Server server = await Http2Server.StartAsync(context => AnswerAsync(context, code, inTrailers, bodyBytes: 0));

            Verdict verdict = await JudgeAsync(server.Url, OtlpExportProtocol.Grpc);

            verdict.ShouldBe(Verdict.Final(GrpcCodes.Name(code), $"it answered gRPC status {code}: no message"));
        }
    }

    [Theory]
    [InlineData(3, Large, "INVALID_ARGUMENT", "it answered gRPC status 3: no message")]
    [InlineData(0, Large, "invalid_response", "it answered gRPC status 0 with a message that is not an OTLP response")]
    [InlineData(3, 4_000_000, "invalid_response", "it answered 200 as application/grpc, without a gRPC status")]
    public async Task Grpc_ABodyBeyondTheBound_IsJudgedByTheTrailersWhereTheyCome(int code, int bytes, string errorType, string reason)
    {
        await using Http2Server server = await Http2Server.StartAsync(context => AnswerAsync(context, code, inTrailers: true, bytes));

        Verdict verdict = await JudgeAsync(server.Url, OtlpExportProtocol.Grpc);

        verdict.ErrorType.ShouldBe(errorType);
        verdict.Reason.ShouldStartWith(reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Grpc_TheStreamIsReset_SaysSo(bool inBody)
    {
        const int EnhanceYourCalm = 11;
        await using Http2Server server = await Http2Server.StartAsync(async context =>
        {
            if (inBody)
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[3]);
                await context.Response.Body.FlushAsync();
            }

            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(EnhanceYourCalm);
        });

        Verdict verdict = await JudgeAsync(server.Url, OtlpExportProtocol.Grpc);

        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.Reason.ShouldStartWith("the stream was reset: ");
        verdict.Reason.ShouldContain("ENHANCE_YOUR_CALM");
    }

    [Fact]
    public async Task Grpc_ToAServerOfHttp1_StillSaysThatItDoesNotSpeakHttp2()
    {
        using var server = new CannedServer(Answer("200 OK", "", "x"));

        (await JudgeAsync(server.Url, OtlpExportProtocol.Grpc)).Reason.ShouldStartWith("what answers there does not speak HTTP/2: ");
    }

    private static string Answer(string status, string headers, string body) =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static async Task AnswerAsync(HttpContext context, int code, bool inTrailers, int bodyBytes)
    {
        string status = code.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/grpc";
        if (!inTrailers)
        {
            context.Response.Headers["grpc-status"] = status;
            return;
        }

        if (bodyBytes > 0)
        {
            await context.Response.Body.WriteAsync(new byte[bodyBytes]);
        }

        context.Response.AppendTrailer("grpc-status", status);
    }

    private async Task<Verdict> JudgeAsync(Uri endpoint, OtlpExportProtocol protocol)
    {
        var settings = new OtlpSettings { Endpoint = endpoint, Protocol = protocol };
        using var transport = new CollectorTransport(settings, headersFile: null, _log.Logger<CollectorTransport>());
        var times = new DeliveryTimes(TimeSpan.FromSeconds(20), "", TimeSpan.FromSeconds(10), "", TimeSpan.FromSeconds(1));
        var pipeline = new DeliveryPipeline(transport.SendAsync, protocol, times, new ExportSettings(), new DeliveryTallies([], []).Retries, TimeProvider.System);
        using HttpRequestMessage request = new OtlpRequest(settings, "test/1").Create(new OtlpPayload(Messages.Export(1), IsGzip: false));
        using Delivered delivered = await pipeline.AttemptAsync(request, TestContext.Current.CancellationToken);
        return delivered.Verdict;
    }
}
