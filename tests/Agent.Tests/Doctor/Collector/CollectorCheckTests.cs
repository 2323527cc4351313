using System.Net.Sockets;
using Agent.Doctor;
using Agent.Doctor.Checks;
using Agent.Doctor.Collector;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Doctor.Collector;

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
    public void Judge_AnAnswerOverHttp_NamesTheMend(int status, string type, string text, string expected, string? mend)
    {
        Finding finding = CollectorCheck.Judge(
            Settings(OtlpExportProtocol.HttpProtobuf),
            new CollectorAnswer { Status = status, MediaType = type, Text = text });

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldContain($"{status}");
        (finding.Mend?.ToString() ?? "").ShouldContain(mend ?? "");
    }

    [Theory]
    [InlineData("0", "ok", null)]
    [InlineData(null, "failed", "not OTLP over gRPC")]
    [InlineData("12", "failed", "not OTLP over gRPC")]
    [InlineData("16", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("7", "failed", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("14", "failed", "overloaded")]
    [InlineData("13", "failed", "own log")]
    public void Judge_AnAnswerOverGrpc_NamesTheMend(string? code, string expected, string? mend)
    {
        Finding finding = CollectorCheck.Judge(
            Settings(OtlpExportProtocol.Grpc), new CollectorAnswer { Status = 200, GrpcStatus = code, GrpcMessage = "so it is" });

        finding.Status.Word().ShouldBe(expected);
        (finding.Mend?.ToString() ?? "").ShouldContain(mend ?? "");
    }

    [Fact]
    public void Judge_NoAnswerInTime_TellsAFilterFromAHang()
    {
        OtlpSettings settings = Settings(OtlpExportProtocol.Grpc);
        var answer = new CollectorAnswer { Fault = new TaskCanceledException(), Connects = true };

        CollectorCheck.Judge(settings, answer).Mend.ShouldBe(CollectorMends.Hangs);
        CollectorCheck.Judge(settings, answer with { Connects = null }).Mend.ShouldBe(CollectorMends.Hangs);
        Finding filtered = CollectorCheck.Judge(settings, answer with { Connects = false });
        filtered.Mend.ShouldBe(CollectorMends.OpenTheWay);
        filtered.Found.ShouldBe("http://c/: no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT); no TCP connection can be had");
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "ClusterFirstWithHostNet")]
    [InlineData(HttpRequestError.SecureConnectionError, "OTEL_EXPORTER_OTLP_CERTIFICATE")]
    [InlineData(HttpRequestError.ConnectionError, "Start the collector")]
    [InlineData(HttpRequestError.HttpProtocolError, "not OTLP over gRPC")]
    [InlineData(HttpRequestError.ResponseEnded, "not OTLP over gRPC")]
    public void Judge_NoConnection_NamesTheMend(HttpRequestError error, string mend) => CollectorCheck
        .Judge(
            Settings(OtlpExportProtocol.Grpc),
            new CollectorAnswer { Fault = new HttpRequestException(error, "no", new SocketException(111)) })
        .Mend!.ToString().ShouldContain(mend);

    private static OtlpSettings Settings(OtlpExportProtocol protocol) => new() { Endpoint = new Uri("http://c"), Protocol = protocol };
}
