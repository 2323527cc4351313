using Agent.Tcp.Tests.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>Pods that come and go, each with sockets of its own in several states and kinds, and what they add up to.</summary>
internal sealed class PodChurn(PodNode node, int seed)
{
    private const int FirstPid = 1000;
    private const int MostSeries = 9;
    private const int MostSockets = 4;

    private readonly Random _random = new(seed);
    private readonly Queue<int> _living = new();
    private readonly Dictionary<int, Dictionary<string, long>> _points = [];

    /// <summary>How many there have been.</summary>
    public int Pods { get; private set; }

    /// <summary>How many attribute sets there have been.</summary>
    public int Sets { get; private set; }

    /// <summary>The points that there are now.</summary>
    public Dictionary<string, long> Truth { get; } = new(StringComparer.Ordinal);

    public void Start(int pods)
    {
        for (int started = 0; started < pods; started++)
        {
            Start();
        }
    }

    /// <summary>The oldest end and as many others come.</summary>
    public void Replace(int pods)
    {
        for (int ended = 0; ended < pods; ended++)
        {
            int pid = _living.Dequeue();
            node.End(pid);
            _points.Remove(pid, out Dictionary<string, long>? points);
            foreach (string tags in points!.Keys)
            {
                Truth.Remove(tags);
            }
        }

        Start(pods);
    }

    private void Start()
    {
        int pid = FirstPid + Pods++;
        var tables = new Dictionary<SocketFamily, string>
        {
            [SocketFamily.Inet] = ProcRows.Header4 + "\n",
            [SocketFamily.Inet6] = ProcRows.Header6 + "\n",
        };
        var points = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int series = _random.Next(1, MostSeries + 1); series > 0; series--)
        {
            var state = (TcpState)_random.Next((int)TcpState.Established, (int)TcpState.Closing + 1);
            var kind = (TcpSocketKind)_random.Next(TcpSocketKinds.Count);
            int sockets = _random.Next(1, MostSockets + 1);
            tables[kind.Family()] += ProcRows.Rows(sockets, (int)state, LocalOf(kind));
            string tags = $"k8s.pod.uid={Cgroups.Uid(pid)} " + MeterHarness.Tags(
                TcpStates.MetricValue(state),
                AddressFamilies.MetricValue(kind.Type()),
                AddressFamilies.MetricValue(kind.Family()));
            points[tags] = points.GetValueOrDefault(tags) + sockets;
        }

        node.Start(pid)
            .Write(pid, "tcp", tables[SocketFamily.Inet])
            .Write(pid, "tcp6", tables[SocketFamily.Inet6])
            .Write(pid, "snmp", NetFiles.Snmp());
        _living.Enqueue(pid);
        _points.Add(pid, points);
        Sets += points.Count;
        foreach ((string tags, long value) in points)
        {
            Truth.Add(tags, value);
        }
    }

    private static string LocalOf(TcpSocketKind kind) => kind switch
    {
        TcpSocketKind.Ipv4Inet => ProcRows.Loopback4,
        TcpSocketKind.Ipv4Inet6 => ProcRows.Mapped,
        _ => ProcRows.Loopback6,
    };
}
