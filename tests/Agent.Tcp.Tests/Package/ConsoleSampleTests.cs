using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Package;

/// <summary>The sample that a user copies from the README, run as the program it is.</summary>
[Collection(PackageCollection.Name)]
public class ConsoleSampleTests(PackedSamples packed)
{
    [Fact]
    public async Task Run_WithABackend_SendsTheMetricsAndSaysSo()
    {
        using var backend = new OtlpStub();

        (int exit, string output) = await RunAsync(backend.Url);

        output.ShouldBe("The TCP metrics were sent." + Environment.NewLine);
        exit.ShouldBe(0);
        (string head, string body) = await backend.NextAsync();
        head.ShouldStartWith("POST /v1/metrics HTTP/1.1");
        foreach (string text in (string[])["Agent.Tcp", "tcp.connections", "network.connection.state", "established", "tcp.socket.family", "inet"])
        {
            body.ShouldContain(text);
        }
    }

    /// <summary>A program's last export is made while its provider is disposed of.</summary>
    [Fact]
    public async Task Run_CollectingAllTheTime_SendsTheMetricsInItsLastExport()
    {
        using var backend = new OtlpStub();
        for (int run = 0; run < 5; run++)
        {
            (await RunAsync(backend.Url, interval: "1")).Exit.ShouldBe(0);

            backend.Rest().Last().Body.ShouldContain("tcp.connections");
        }
    }

    [Fact]
    public async Task Run_WithoutABackend_SaysSoAndFails()
    {
        // Bound and not listening: connections are refused, and nobody else can take the port.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        (int exit, string output) = await RunAsync($"http://{taken.LocalEndPoint}");

        output.ShouldBe("The TCP metrics could not be sent." + Environment.NewLine);
        exit.ShouldBe(1);
    }

    private async Task<(int Exit, string Output)> RunAsync(string backend, string interval = "60000")
    {
        (int exit, string output, _) = await packed.RunSampleAsync("Console",
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", backend),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", interval),
        ]);
        return (exit, output);
    }
}
