using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// prometheus-node-exporter with only its tcpstat collector, in the same namespace, scraped over loopback. Its own few
/// connections are among the sockets it sees.
/// </summary>
internal sealed class NodeExporter : IContestant
{
    private const string Address = "127.0.0.1:9100";
    private const string Metric = "node_tcp_connection_states{";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly Child _child;
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://{Address}") };

    public NodeExporter(string path)
    {
        _child = new Child(path,
        [
            "--collector.disable-defaults",
            "--collector.tcpstat",
            "--web.disable-exporter-metrics",
            "--log.level=error",
            $"--web.listen-address={Address}",
        ]);
        _child.DiscardOutput();
        WaitUntilReady();
    }

    public int Id => _child.Id;

    /// <summary>Two of its states are no states but sums of bytes.</summary>
    public long? CountSockets() => Scrape()
        .Split('\n')
        .Where(line => line.StartsWith(Metric, StringComparison.Ordinal)
            && !line.Contains("queued_bytes", StringComparison.Ordinal))
        .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public Sample Run()
    {
        long start = CpuClock.OfProcess(_child.Id);
        _ = Scrape();
        return new Sample(CpuClock.OfProcessAtRest(_child.Id) - start);
    }

    public void Dispose()
    {
        _client.Dispose();
        _child.Dispose();
    }

    public string Scrape() => _client.GetStringAsync(new Uri("metrics", UriKind.Relative)).GetAwaiter().GetResult();

    private void WaitUntilReady()
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                _ = Scrape();
                return;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(start) < StartDeadline)
            {
                Thread.Sleep(50);
            }
        }
    }
}
