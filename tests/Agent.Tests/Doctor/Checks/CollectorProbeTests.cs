using Agent.Doctor.Checks;
using Agent.Export.Transport;
using Agent.Tests.Support.Network;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Doctor.Checks;

public sealed class CollectorProbeTests
{
    [Fact]
    public async Task Send_ToAWebPageThatSays200_Fails()
    {
        using var server = CannedServer.Page("Content-Type: text/html; charset=utf-8\r\n", "<!doctype html>\n<title>Grafana</title>");

        Finding finding = await LookAsync(server.Url, OtlpExportProtocol.HttpProtobuf);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Found.ShouldEndWith("it answered 200 OK with a web page (HTML); that is not an OTLP receiver: check host, port and path");
    }

    /// <summary>What does not count as delivered for an export is not fine for the doctor.</summary>
    [Fact]
    public async Task Send_ToAServerThatSaysOkToAnything_Fails()
    {
        using var server = CannedServer.Page("Content-Type: application/json\r\n", """{"status":"ok"}""");

        Finding finding = await LookAsync(server.Url, OtlpExportProtocol.HttpProtobuf);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Found.ShouldEndWith("""it answered 200 OK with a body that is not an OTLP response (application/json: {"status":"ok"}); check host, port and path""");
        finding.Fix.ShouldBe(CollectorFixes.NoReceiver(OtlpExportProtocol.HttpProtobuf));
    }

    [Theory]
    [InlineData((int)OtlpExportProtocol.HttpProtobuf)]
    [InlineData((int)OtlpExportProtocol.Grpc)]
    public async Task Send_ToSomethingThatSpeaksNoHttp_FailsAsNoReceiver(int protocol)
    {
        using var server = new CannedServer("SSH-2.0-OpenSSH_9.9\r\n");

        Finding finding = await LookAsync(server.Url, (OtlpExportProtocol)protocol);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Fix.ShouldBe(CollectorFixes.NoReceiver((OtlpExportProtocol)protocol));
    }

    [Fact]
    public async Task Send_AnAnswerWithADate_KeepsItForTheClock()
    {
        using var server = CannedServer.Page("Date: Thu, 01 Jan 2015 00:00:00 GMT\r\n", "");

        CollectorAnswer answer = await Probe(server.Url, OtlpExportProtocol.HttpProtobuf).SendAsync(CancellationToken.None);

        answer.Date.ShouldBe(new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero));
        ClockCheck.Judge(answer).Status.ShouldBe(CheckStatus.Warning);
    }

    [Fact]
    public async Task Send_Cancelled_IsNoFinding()
    {
        using var server = new CannedServer("");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            () => Probe(server.Url, OtlpExportProtocol.Grpc).SendAsync(cancelled.Token));
    }

    private static async Task<Finding> LookAsync(Uri url, OtlpExportProtocol protocol) =>
        CollectorCheck.Judge(Settings(url, protocol), await Probe(url, protocol).SendAsync(CancellationToken.None));

    private static CollectorProbe Probe(Uri url, OtlpExportProtocol protocol) => new(Settings(url, protocol), "", TimeProvider.System);

    private static OtlpSettings Settings(Uri url, OtlpExportProtocol protocol) =>
        new() { Endpoint = url, Protocol = protocol, TimeoutMilliseconds = 60_000 };
}
