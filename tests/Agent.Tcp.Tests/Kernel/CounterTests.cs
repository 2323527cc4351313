using System.Globalization;
using System.Net;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>The kernel's counters of a namespace of the test's own: what was brought about, and what <c>nstat</c> says.</summary>
public sealed class CounterTests
{
    private const int Backlog = 1;
    private const int Clients = 6;

    private static readonly (TcpCounter Counter, string Nstat)[] Names =
    [
        (TcpCounter.ActiveOpens, "TcpActiveOpens"), (TcpCounter.PassiveOpens, "TcpPassiveOpens"),
        (TcpCounter.AttemptFails, "TcpAttemptFails"), (TcpCounter.EstabResets, "TcpEstabResets"),
        (TcpCounter.InSegs, "TcpInSegs"), (TcpCounter.OutSegs, "TcpOutSegs"),
        (TcpCounter.RetransSegs, "TcpRetransSegs"), (TcpCounter.InErrs, "TcpInErrs"), (TcpCounter.OutRsts, "TcpOutRsts"),
        (TcpCounter.ListenOverflows, "TcpExtListenOverflows"), (TcpCounter.ListenDrops, "TcpExtListenDrops"),
        (TcpCounter.Timeouts, "TcpExtTCPTimeouts"),
    ];

    private readonly CounterReader _reader = new();
    private readonly List<ReadError> _errors = [];

    [Fact]
    public void Read_AListenerThatOverflows_CountsItAsNstatDoes()
    {
        Tool.SkipUnlessInstalled("nstat", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        var open = new List<KernelSocket>();
        NamespaceCounters before = Read(space);
        space.Run(() =>
        {
            KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback, Backlog);
            open.Add(listener);
            for (int client = 0; client < Clients; client++)
            {
                KernelSocket socket = KernelSocket.Create(SocketFamily.Inet, blocking: false);
                open.Add(socket);
                socket.Connect(new IPEndPoint(IPAddress.Loopback, listener.LocalPort()));
            }

            // Nobody listens here: the connection is refused by a reset.
            KernelSocket refused = KernelSocket.Create(SocketFamily.Inet, blocking: false);
            open.Add(refused);
            refused.Connect(new IPEndPoint(IPAddress.Loopback, 1));
        });
        Poll.Until(
            () => Read(space) is var now && now[TcpCounter.ListenOverflows] > 0 && now[TcpCounter.Timeouts] > 0,
            "SYNs are dropped and sent again");

        NamespaceCounters counters = AgreeingWithNstat(space);

        foreach ((TcpCounter counter, string name) in Names)
        {
            before[counter].ShouldBe(0, $"{name} of a new namespace");
            counters.IsKnown(counter).ShouldBeTrue(name);
        }

        counters[TcpCounter.ActiveOpens].ShouldBe(Clients + 1);
        counters[TcpCounter.PassiveOpens].ShouldBe(Backlog + 1);
        counters[TcpCounter.AttemptFails].ShouldBe(1);
        counters[TcpCounter.OutRsts].ShouldBe(1);
        counters[TcpCounter.ListenDrops].ShouldBeGreaterThanOrEqualTo(counters[TcpCounter.ListenOverflows]);
        counters[TcpCounter.RetransSegs].ShouldBeGreaterThan(0);
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Sockstat_OfTheNode_IsWhatTheKernelSays()
    {
        long unit = MemoryUnit.Read("/proc").ShouldNotBeNull();
        var reader = new SockstatReader(unit);
        var space = new TcpNamespace("/proc", "self", NamespaceKind.Host, 1);
        Poll.Until(
            () =>
            {
                string[] words = File.ReadAllLines("/proc/self/net/sockstat").Single(line => line.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
                return reader.ReadNode(space) == new NodeTotals(Number(words, "orphan"), Number(words, "mem") * unit);
            },
            "two readings at rest agree");
    }

    private static long Number(string[] words, string name) =>
        long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);

    private NamespaceCounters Read(TestNamespace space)
    {
        var counters = new NamespaceCounters();
        _reader.Read(space.ToTcpNamespace(), counters, _errors);
        _errors.ShouldBeEmpty();
        return counters;
    }

    /// <summary>Timers go on firing, so the two are asked until nothing happened in between.</summary>
    private NamespaceCounters AgreeingWithNstat(TestNamespace space)
    {
        NamespaceCounters? counters = null;
        Poll.Until(
            () =>
            {
                counters = Read(space);
                Dictionary<string, long> nstat = Nstat(space);
                return Names.All(name => counters[name.Counter] == nstat[name.Nstat]);
            },
            "every counter is nstat's");
        return counters!;
    }

    /// <summary>Lines such as <c>TcpActiveOpens   7   0.0</c>; all of them, absolute, and without a history file.</summary>
    private static Dictionary<string, long> Nstat(TestNamespace space) =>
        Tool.Run("nsenter", $"--net={space.File}", "nstat", "-asz")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
