using System.Net;
using System.Text;
using Agent.Export.Answers;
using Agent.Tests.Support.Otlp;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Export.Answers;

public sealed class HttpAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>"Exactly the OTLP specification's set": every status that there can be.</summary>
    [Fact]
    public void Judge_EveryStatus_IsRetriedOnlyWhereOtlpSaysSo()
    {
        for (int status = 200; status < 600; status++)
        {
            using var response = new HttpResponseMessage((HttpStatusCode)status);
            Verdict verdict = HttpAnswer.Judge(response, Now);

            VerdictKind expected = status switch
            {
                < 300 => VerdictKind.Accepted,
                429 or 502 or 503 or 504 => VerdictKind.Transient,
                _ => VerdictKind.Final,
            };
            verdict.Kind.ShouldBe(expected, $"{status}");
            verdict.ErrorType.ShouldBe(status < 300 ? "" : $"{status}");
        }
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 60.0)]
    [InlineData("Fri, 02 Jan 2026 03:00:00 GMT", 0.0)]
    [InlineData("soon", null)]
    public void Judge_RetryAfter_IsReadAsSecondsOrDate(string header, double? seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.TryAddWithoutValidation("Retry-After", header);

        HttpAnswer.Judge(response, Now).Wait?.TotalSeconds.ShouldBe(seconds!.Value);
        (HttpAnswer.Judge(response, Now).Wait is null).ShouldBe(seconds is null);
    }

    /// <summary>The clock of the node is ten years off; what the collector asks for is a time to wait all the same.</summary>
    [Theory]
    [InlineData(2016)]
    [InlineData(2036)]
    public void Judge_RetryAfterADate_IsCountedFromTheDateOfTheAnswer(int year)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.Date = Now;
        response.Headers.RetryAfter = new(Now.AddSeconds(7));

        HttpAnswer.Judge(response, new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero)).Wait.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Theory]
    [InlineData(400, "text/plain", "no such\nmetric", "it answered 400 Bad Request: no such")]
    [InlineData(400, "application/json", "{\"message\":\"m\"}", "it answered 400 Bad Request: {\"message\":\"m\"}")]
    [InlineData(404, "text/html", "<html>", "it answered 404 Not Found with a web page (HTML); that is not an OTLP receiver: check host, port and path")]
    [InlineData(404, "application/octet-stream", "xyz", "it answered 404 Not Found")]
    public void Judge_AFailure_QuotesTheCollector(int status, string type, string body, string reason)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

        HttpAnswer.Judge(response, Now).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Judge_AFailureWithAStatusMessage_QuotesIt()
    {
        using HttpResponseMessage response = Protobuf(HttpStatusCode.BadRequest, Messages.RpcStatus("unit unknown", null));

        HttpAnswer.Judge(response, Now).Reason.ShouldBe("it answered 400 Bad Request: unit unknown");
    }

    [Theory]
    [InlineData(3, "too old", 3, "too old")]
    [InlineData(0, "soon deprecated", 0, "soon deprecated")]
    [InlineData(-3, "", 0, "")]
    [InlineData(0, "", 0, "")]
    public void Judge_PartialSuccess_IsASuccessWithItsRejectedPoints(long rejected, string message, long points, string warning)
    {
        var partial = new ExportMetricsPartialSuccess { RejectedDataPoints = rejected, ErrorMessage = message };
        using HttpResponseMessage response = Protobuf(
            HttpStatusCode.OK, new ExportMetricsServiceResponse { PartialSuccess = partial }.ToByteArray());

        Verdict verdict = HttpAnswer.Judge(response, Now);

        verdict.Kind.ShouldBe(VerdictKind.Accepted);
        verdict.RejectedPoints.ShouldBe(points);
        verdict.Warning.ShouldBe(warning);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain")]
    public void Judge_AWebPageThatIsOk_IsNotTakenForAnExportThatArrived(string type)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("\n<!DOCTYPE html><html>login</html>", Encoding.UTF8, type),
        };

        HttpAnswer.Judge(response, Now).Kind.ShouldBe(VerdictKind.Transient);
    }

    [Theory]
    [InlineData("text/plain", "ok", "text/plain: ok")]
    [InlineData("application/json", """{"status":"ok"}""", """application/json: {"status":"ok"}""")]
    [InlineData("application/json", "ok", "application/json: ok")]
    [InlineData("application/json", "[]", "application/json: []")]
    [InlineData("application/json", """{"partialSuccess":{"rejectedDataPoints":"x"}}""", """application/json: {"partialSuccess":{"rejectedDataPoints":"x"}}""")]
    [InlineData("application/x-protobuf", "ok", "application/x-protobuf")]
    [InlineData("application/x-protobuf", "\u0008\u0001", "application/x-protobuf")]
    [InlineData("application/x-protobuf", "\u0000\u0000", "application/x-protobuf")]
    [InlineData("application/x-protobuf", "\u000a\u0002\u0012\u0007", "application/x-protobuf")]
    [InlineData("application/octet-stream", "\u000a\u0000", "application/octet-stream")]
    [InlineData("", "ok", "no media type")]
    public void Judge_ASuccessThatIsNoOtlpResponse_IsNotTakenForAnExportThatArrived(string type, string body, string quoted)
    {
        using HttpResponseMessage response = Ok(type, body);

        Verdict verdict = HttpAnswer.Judge(response, Now);

        verdict.ShouldBe(Verdict.Transient(
            "invalid_response", $"it answered 200 OK with a body that is not an OTLP response ({quoted}); check host, port and path"));
    }

    [Theory]
    [InlineData("application/x-protobuf", "")]
    [InlineData("application/x-protobuf", "\u000a\u0000")]
    [InlineData("application/x-protobuf", "\u0012\u0001x")]
    [InlineData("text/plain", "")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", """{"partialSuccess":{}}""")]
    [InlineData("application/json", """{"partialSuccess":null}""")]
    [InlineData("", "\u000a\u0000")]
    public void Judge_AnEmptyBodyOrAnOtlpResponse_IsASuccess(string type, string body)
    {
        using HttpResponseMessage response = Ok(type, body);

        HttpAnswer.Judge(response, Now).ShouldBe(Verdict.Accepted);
    }

    [Theory]
    [InlineData("\"4\"")]
    [InlineData("4")]
    public void Judge_PartialSuccessInJson_IsASuccessWithItsRejectedPoints(string count)
    {
        using HttpResponseMessage response = Ok(
            "application/json", $$$"""{"partialSuccess":{"rejectedDataPoints":{{{count}}},"errorMessage":"too old"}}""");

        HttpAnswer.Judge(response, Now).ShouldBe(Verdict.Accepted with { RejectedPoints = 4, Warning = "too old" });
    }

    private static HttpResponseMessage Ok(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static HttpResponseMessage Protobuf(HttpStatusCode status, byte[] body) =>
        new(status) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/x-protobuf") } } };
}
