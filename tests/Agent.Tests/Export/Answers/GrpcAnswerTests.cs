using System.Buffers.Binary;
using System.Net;
using System.Text;
using Agent.Export.Answers;
using Agent.Tests.Support.Otlp;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Export.Answers;

public sealed class GrpcAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The table of the OTLP specification, each code, with RetryInfo and without, in trailers and in headers.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Judge_EveryCode_IsRetriedOnlyWhereOtlpSaysSo(bool retryInfo, bool inTrailers)
    {
        for (int code = 0; code <= 17; code++)
        {
            using HttpResponseMessage response = Answer(code, "why%20not", retryInfo ? 3 : null, inTrailers);
            Verdict verdict = GrpcAnswer.Judge(response, Now);

            VerdictKind expected = code switch
            {
                0 => VerdictKind.Accepted,
                1 or 4 or 10 or 11 or 14 or 15 => VerdictKind.Transient,
                8 when retryInfo => VerdictKind.Transient,
                _ => VerdictKind.Final,
            };
            verdict.Kind.ShouldBe(expected, $"{code}");
            if (code > 0)
            {
                verdict.Reason.ShouldBe($"it answered gRPC status {code}: why not");
                verdict.Wait.ShouldBe(expected == VerdictKind.Transient && retryInfo ? TimeSpan.FromSeconds(3) : null);
            }
        }
    }

    [Theory]
    [InlineData(8, "RESOURCE_EXHAUSTED")]
    [InlineData(14, "UNAVAILABLE")]
    [InlineData(16, "UNAUTHENTICATED")]
    [InlineData(99, "UNKNOWN")]
    public void Judge_ACode_HasGrpcsName(int code, string name)
    {
        using HttpResponseMessage response = Answer(code, "", null, inTrailers: true);

        GrpcAnswer.Judge(response, Now).ErrorType.ShouldBe(name);
    }

    /// <summary>Many servers send the status alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_NeitherMessageNorDetails_GoesByTheStatus(bool inTrailers)
    {
        for (int code = 1; code <= 99; code++)
        {
            using var response = new HttpResponseMessage(HttpStatusCode.OK);
            (inTrailers ? response.TrailingHeaders : response.Headers).TryAddWithoutValidation("grpc-status", $"{code}");

            Verdict verdict = GrpcAnswer.Judge(response, Now);

            verdict.Kind.ShouldBe(code is 1 or 4 or 10 or 11 or 14 or 15 ? VerdictKind.Transient : VerdictKind.Final, $"{code}");
            verdict.Reason.ShouldBe($"it answered gRPC status {code}: no message");
        }
    }

    [Fact]
    public void Judge_DetailsWithAMessage_AreShownAsTheyAre()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.TrailingHeaders.TryAddWithoutValidation("grpc-status", "3");
        response.TrailingHeaders.TryAddWithoutValidation("grpc-status-details-bin", Convert.ToBase64String(Messages.RpcStatus("100%25", null)));

        GrpcAnswer.Judge(response, Now).Reason.ShouldEndWith(": 100%25", Case.Sensitive, "only the header is percent-encoded");
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(404, false)]
    [InlineData(415, false)]
    public void Judge_AnAnswerOfAProxy_GoesByItsStatus(int status, bool isRetried)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("Retry-After", "9");

        GrpcAnswer.Judge(response, Now).Kind.ShouldBe(isRetried ? VerdictKind.Transient : VerdictKind.Final);
        GrpcAnswer.Judge(response, Now).Wait.ShouldBe(isRetried ? TimeSpan.FromSeconds(9) : null);
    }

    [Fact]
    public void Judge_OkWithoutAGrpcStatus_SaysThatNoReceiverIsThere()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>", Encoding.UTF8, "text/html") };

        Verdict verdict = GrpcAnswer.Judge(response, Now);

        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.Reason.ShouldContain("web page (HTML)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judge_PartialSuccess_IsReadFromItsFrame(bool compressed)
    {
        byte[] message = new ExportMetricsServiceResponse
        {
            PartialSuccess = new ExportMetricsPartialSuccess { RejectedDataPoints = 12, ErrorMessage = "out of order" },
        }.ToByteArray();
        using HttpResponseMessage response = Answer(0, "", null, inTrailers: true);
        response.Content = new ByteArrayContent(Frame(compressed ? Messages.Gzip(message) : message, compressed));

        Verdict verdict = GrpcAnswer.Judge(response, Now);

        verdict.RejectedPoints.ShouldBe(12);
        verdict.Warning.ShouldBe("out of order");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 7 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, (byte)'o', (byte)'k' })]
    public void Judge_OkWithAMessageThatIsNoOtlpResponse_IsNotTakenForAnExportThatArrived(byte[] body)
    {
        using HttpResponseMessage response = Answer(0, "", null, inTrailers: true);
        response.Content = new ByteArrayContent(body);

        GrpcAnswer.Judge(response, Now).ShouldBe(
            Verdict.Transient("invalid_response", "it answered gRPC status 0 with a message that is not an OTLP response"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 10, 0 })]
    public void Judge_OkWithAnOtlpResponse_IsASuccess(byte[] body)
    {
        using HttpResponseMessage response = Answer(0, "", null, inTrailers: true);
        response.Content = new ByteArrayContent(body);

        GrpcAnswer.Judge(response, Now).ShouldBe(Verdict.Accepted);
    }

    private static HttpResponseMessage Answer(int code, string message, double? retrySeconds, bool inTrailers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        var where = inTrailers ? response.TrailingHeaders : response.Headers;
        where.TryAddWithoutValidation("grpc-status", $"{code}");
        where.TryAddWithoutValidation("grpc-message", message);
        where.TryAddWithoutValidation("grpc-status-details-bin", Convert.ToBase64String(Messages.RpcStatus("details", retrySeconds)).TrimEnd('='));
        return response;
    }

    private static byte[] Frame(byte[] message, bool compressed)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
