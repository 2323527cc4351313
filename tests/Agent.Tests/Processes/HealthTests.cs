using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Tests.Health;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

public sealed class HealthTests
{
    [Fact]
    public async Task Readyz_CollectorUnreachable_IsReadyAndSaysSo()
    {
        int port = FreePort.Next();
        await using TestProcess agent = AgentRun.Start(
            [Port(port), .. AgentRun.Endpoint(new Uri($"http://127.0.0.1:{FreePort.Next()}"), "http/protobuf")]);
        await agent.Error.WaitForAsync("fails:");

        string answer = await AnswerAsync(port, "/readyz", "200 OK", agent);

        answer.ShouldContain("exports fail: the collector cannot be reached");
        await AnswerAsync(port, "/healthz", "200 OK", agent);
    }

    /// <summary>Ready is who has collected: not after an interval, and not once the collector has answered.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Readyz_TheFirstExportHangs_IsReady(string protocol)
    {
        int port = FreePort.Next();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiver.NeverAsync;
        await using TestProcess agent = AgentProgram.Start(
            [], [AgentRun.OverFixture, Port(port), AgentRun.OnceAnHour, .. AgentRun.By(receiver, protocol)]);

        await agent.Error.WaitForAsync("The health endpoint listens");

        (await AnswerAsync(port, "/readyz", "200 OK", agent)).ShouldContain("ready; collected");

        // Its attempt is still under way: no answer, and no fault of one.
        await receiver.WaitForExportAsync();
        agent.Error.Containing("fails:").ShouldBeEmpty();
        await AnswerAsync(port, "/healthz", "200 OK", agent);
    }

    [Fact]
    public async Task Healthz_CollectorHangs_StaysAlive()
    {
        int port = FreePort.Next();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiver.NeverAsync;
        await using TestProcess agent = AgentRun.Start(
        [
            Port(port), .. AgentRun.OverHttp(receiver),
            new("Tcp__CollectionTimeout", "0.5"), new("Tcp__ReadTimeout", "0.1"), new("OTEL_EXPORTER_OTLP_TIMEOUT", "500"),
        ]);
        await receiver.WaitForExportAsync();

        // Longer than it may go without a collection: three intervals, a collection, two tables and an export are 1.5 s.
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(2); await Task.Delay(100))
        {
            (await HealthClient.GetAsync(port, "/healthz")).ShouldStartWith("HTTP/1.1 200 OK", Case.Sensitive, agent.Error.Text);
        }
    }

    /// <summary>It said "Exporting to …", sent nothing, and was restarted for having collected nothing.</summary>
    [Fact]
    public async Task Run_SdkDisabled_SaysSoIsHealthyAndEndsAsUsual()
    {
        int port = FreePort.Next();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start([Port(port), .. AgentRun.OverHttp(receiver), new("OTEL_SDK_DISABLED", "True")]);
        await agent.Error.WaitForAsync("Nothing is collected or exported: OTEL_SDK_DISABLED is true.");

        // Three intervals; the end would be one more occasion to export.
        await Task.Delay(TimeSpan.FromSeconds(0.3), TestContext.Current.CancellationToken);
        (await AnswerAsync(port, "/healthz", "200 OK", agent)).ShouldContain("nothing is collected, because OTEL_SDK_DISABLED is true");
        (await AnswerAsync(port, "/readyz", "200 OK", agent)).ShouldContain("nothing is collected, because OTEL_SDK_DISABLED is true");
        await agent.StopAsync();
        agent.Error.Containing("Exporting to").ShouldBeEmpty();
        agent.Error.Containing("Stopped: nothing was collected.").ShouldHaveSingleItem();
        receiver.Exports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoAndTheMend()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        CommandResult result = await AgentProgram.RunAsync([], [AgentRun.OverFixture, Port(port)]);

        result.ExitCode.ShouldBe(2);
        result.Error.Length.ShouldBe(2, "the sentence of all configuration faults, and this one; no stack of the host's");
        string line = result.Error[1];
        line.ShouldContain($"Health:Port, Health:Address: cannot listen on 127.0.0.1:{port} (Address already in use)");
        line.ShouldContain("name a free port");
    }

    private static KeyValuePair<string, string> Port(int port) => new("Health__Port", port.ToString(CultureInfo.InvariantCulture));

    private static Task<string> AnswerAsync(int port, string path, string status, TestProcess agent) => Deadline.UntilAsync(
        async () => await HealthClient.GetAsync(port, path) is { } answer && answer.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal)
            ? answer
            : null,
        () => agent.Error.Text);
}
