using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Package;

/// <summary>The samples beside the console's, run as the programs they are.</summary>
[Collection(PackageCollection.Name)]
public class SamplesTests(PackedSamples packed)
{
    private const string PluginName = "Agent.Tcp.TcpAutoInstrumentationPlugin, Agent.Tcp";

    [Fact]
    public async Task Web_WithOptionsInItsConfiguration_ReportsByThem()
    {
        using var backend = new OtlpStub();
        using Process web = packed.Start(
            "Web",
            [("OTEL_EXPORTER_OTLP_ENDPOINT", backend.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("Tcp__Metrics__Queues", "false")],
            "--urls", "http://127.0.0.1:0", "--contentRoot", Path.GetDirectoryName(packed.Program("Web"))!);

        (_, string body) = await backend.NextAsync();
        using (Process.Start("kill", ["-TERM", $"{web.Id}"]))
        {
        }

        (await PackedSamples.EndAsync(web)).Exit.ShouldBe(0);
        body.ShouldContain("tcp.connections");
        body.ShouldContain("system.network.connection.count");
        body.ShouldNotContain("tcp.listener.backlog");
        body.ShouldNotContain("tcp.socket.queue.size");
    }

    [Fact]
    public async Task TwoProviders_OneEnds_TheOtherGoesOn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        (int exit, string output, string errors) = await packed.RunSampleAsync("TwoProviders", []);

        (exit, errors).ShouldBe((0, ""));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldMatch("^together: [1-9][0-9]* listening and [1-9][0-9]* listening$");
        lines.Length.ShouldBe(4);
        lines[1..].ShouldAllBe(line => Regex.IsMatch(line, "^after the first has ended: nothing and [1-9][0-9]* listening$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Decode_CapturedFile_CountsItsStates()
    {
        using var file = new TemporaryFile(string.Join('\n',
            ProcRows.Header4, ProcRows.Rows(2, (int)TcpState.Established).TrimEnd('\n'), ProcRows.Rows(1, (int)TcpState.CloseWait).TrimEnd('\n'), "torn", ""));

        (int exit, string output, string errors) = await packed.RunSampleAsync("Decode", [], file.Path);

        output.ShouldBe("       1 close_wait\n       2 established\n");
        errors.ShouldStartWith("line 5: ");
        exit.ShouldBe(1);
    }

    [Fact]
    public async Task Plugin_LoadedAsAutomaticInstrumentationDoes_ReportsByItsVariables()
    {
        (int exit, string output, string errors) = await packed.RunSampleAsync(
            "PluginHost",
            [("OTEL_DOTNET_AUTO_PLUGINS", PluginName), ("Tcp__SemanticConventions", "true"), ("Tcp__Metrics__Counters", "false"), ("Tcp__Source", "procfs"), ("Tcp__ListEvery", ""), ("Tcp__ReadTimeout", "00:00:05")]);

        (exit, errors).ShouldBe((0, ""));
        output.ShouldContain("Metric Name: tcp.connections,");
        output.ShouldContain("Metric Name: system.network.connection.count,");
        output.ShouldNotContain("Metric Name: tcp.segments,");
    }

    [Fact]
    public async Task Plugin_WithFaultyVariables_NamesThemAllAndLeavesTheProgramAlone()
    {
        (int exit, string output, string errors) = await packed.RunSampleAsync(
            "PluginHost",
            [("OTEL_DOTNET_AUTO_PLUGINS", PluginName), ("Tcp__Source", "1"), ("Tcp__CpuBudget", "much"), ("Tcp__Metrics__Queues", "0"), ("Tcp__ReadTimeout", "24:00:00")]);

        exit.ShouldBe(0);
        output.ShouldNotContain("Metric Name: tcp.");
        errors.ShouldStartWith("Agent.Tcp: no TCP metrics are reported. ");
        errors.Trim().ShouldNotContain('\n');
        errors.ShouldContain("Tcp__Source must be Auto, Procfs, SockDiag, not \"1\".");
        errors.ShouldContain("Tcp__CpuBudget must be a number, not \"much\".");
        errors.ShouldContain("Tcp__Metrics__Queues must be true or false, not \"0\".");
        errors.ShouldContain("Tcp__ReadTimeout must be a time such as 00:00:10, not \"24:00:00\".");
    }

    [Fact]
    public async Task Plugin_WithAnOptionOutOfBounds_SaysItsBounds()
    {
        (int exit, _, string errors) = await packed.RunSampleAsync(
            "PluginHost", [("OTEL_DOTNET_AUTO_PLUGINS", PluginName), ("Tcp__CpuBudget", "5"), ("Tcp__ProcRoot", "proc")]);

        exit.ShouldBe(0);
        errors.ShouldContain("CpuBudget must be between 0.001 and 1, not 5.");
        errors.ShouldContain("ProcRoot must be an absolute path, not \"proc\".");
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
