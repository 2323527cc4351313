using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Agent.Doctor.Checks;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Doctor.Checks;

public sealed class CollectorCheckTests
{
    [Theory]
    [InlineData(200, "application/x-protobuf", "", "ok", null)]
    [InlineData(204, "", "", "ok", null)]
    [InlineData(200, "text/html", "<!doctype html>", "failed", "v1/metrics")]
    [InlineData(404, "text/html", "<html>", "failed", "v1/metrics")]
    [InlineData(404, "text/plain", "404 page not found", "failed", "v1/metrics")]
    [InlineData(405, "", "", "failed", "v1/metrics")]
    [InlineData(301, "", "", "failed", "v1/metrics")]
    [InlineData(401, "", "", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData(403, "text/html", "<html>", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData(429, "text/plain", "slow down", "failed", "overloaded")]
    [InlineData(503, "text/plain", "later", "failed", "overloaded")]
    public void Judge_AnAnswerOverHttp_NamesTheFix(int status, string type, string text, string expected, string? fix)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text) };
        response.Content.Headers.ContentType = type.Length > 0 ? new MediaTypeHeaderValue(type) : null;

        Finding finding = Judge(response, OtlpExportProtocol.HttpProtobuf);

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldContain($"{status}");
        (finding.Fix?.ToString() ?? "").ShouldContain(fix ?? "");
    }

    [Theory]
    [InlineData("0", "ok", null)]
    [InlineData(null, "failed", "not OTLP over gRPC")]
    [InlineData("12", "failed", "not OTLP over gRPC")]
    [InlineData("16", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("7", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("14", "failed", "overloaded")]
    [InlineData("13", "failed", "own log")]
    public void Judge_AnAnswerOverGrpc_NamesTheFix(string? code, string expected, string? fix)
    {
        using var response = new HttpResponseMessage { Headers = { { "grpc-message", "so it is" } } };
        response.Headers.Add("grpc-status", code is null ? [] : [code]);

        Finding finding = Judge(response, OtlpExportProtocol.Grpc);

        finding.Status.Word().ShouldBe(expected);
        (finding.Fix?.ToString() ?? "").ShouldContain(fix ?? "");
    }

    [Fact]
    public void Judge_NoAnswerInTime_TellsAFilterFromAHang()
    {
        OtlpSettings settings = Settings(OtlpExportProtocol.Grpc);
        var answer = new CollectorAnswer { Fault = new TaskCanceledException(), Connects = true };

        CollectorCheck.Judge(settings, answer).Fix.ShouldBe(CollectorFixes.Hangs);
        CollectorCheck.Judge(settings, answer with { Connects = null }).Fix.ShouldBe(CollectorFixes.Hangs);
        Finding filtered = CollectorCheck.Judge(settings, answer with { Connects = false });
        filtered.Fix.ShouldBe(CollectorFixes.AllowTraffic);
        filtered.Found.ShouldBe("http://c/: no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT); a TCP connection fails too");
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "ClusterFirstWithHostNet")]
    [InlineData(HttpRequestError.SecureConnectionError, "OTEL_EXPORTER_OTLP_CERTIFICATE")]
    [InlineData(HttpRequestError.ConnectionError, "Start the collector")]
    [InlineData(HttpRequestError.HttpProtocolError, "not OTLP over gRPC")]
    [InlineData(HttpRequestError.ResponseEnded, "not OTLP over gRPC")]
    public void Judge_NoConnection_NamesTheFix(HttpRequestError error, string fix) => CollectorCheck
        .Judge(
            Settings(OtlpExportProtocol.Grpc),
            new CollectorAnswer { Fault = new HttpRequestException(error, "no", new SocketException(111)) })
        .Fix!.ToString().ShouldContain(fix);

    private static Finding Judge(HttpResponseMessage response, OtlpExportProtocol protocol) =>
        CollectorCheck.Judge(Settings(protocol), CollectorAnswer.Of(response, protocol, DateTimeOffset.UnixEpoch));

    private static OtlpSettings Settings(OtlpExportProtocol protocol) => new() { Endpoint = new Uri("http://c"), Protocol = protocol };
}
