using System.Net;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>Against this machine's kernel, in network namespaces made for it.</summary>
public sealed class SockDiagLiveTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly List<ReadError> _errors = [];

    [Fact]
    public void Read_QuietNamespace_AgreesWithProcfsStateByState() => NamespaceThread.Run(space =>
    {
        using SocketZoo zoo = SocketZoo.Make();

        NamespaceSnapshot procfs = ByProcfs(space);
        NamespaceSnapshot sockDiag = BySockDiag(space);

        ShouldAgree(sockDiag, procfs);
        TcpState[] states =
        [
            TcpState.Established, TcpState.SynSent, TcpState.SynReceived, TcpState.FinWait1, TcpState.FinWait2,
            TcpState.TimeWait, TcpState.CloseWait, TcpState.LastAck, TcpState.Listen,
        ];
        foreach (TcpState state in states)
        {
            for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
            {
                sockDiag.Counts[(TcpSocketKind)kind, state].ShouldBeGreaterThan(0, $"{(TcpSocketKind)kind} {state}");
            }
        }
    });

    [Fact]
    public void Read_FamilyByFamily_AgreesWithOneWalk() => NamespaceThread.Run(space =>
    {
        using SocketZoo zoo = SocketZoo.Make();
        using var transport = new NetlinkTransport();
        SockDiagReader reader = Reader(transport);
        var both = new ConnectionCounts();
        var single = new ConnectionCounts();

        Dump(reader, new SockDiagQuery(null, StateMask.WithBoundInactive), both);
        Dump(reader, new SockDiagQuery(SocketFamily.Inet, StateMask.WithBoundInactive), single);
        Dump(reader, new SockDiagQuery(SocketFamily.Inet6, StateMask.WithBoundInactive), single);

        ShouldAgree(single, both);
    });

    [Fact]
    public void Read_BoundInactive_IsSeenOnlyWhenAskedFor() => NamespaceThread.Run(space =>
    {
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 8), "needs Linux 6.8 (TCPF_BOUND_INACTIVE)");
        using SocketZoo zoo = SocketZoo.Make();

        NamespaceSnapshot without = BySockDiag(space);
        NamespaceSnapshot with = BySockDiag(space, StateMask.WithBoundInactive);

        for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
        {
            without.Counts[(TcpSocketKind)kind, TcpState.BoundInactive].ShouldBe(0);
            with.Counts[(TcpSocketKind)kind, TcpState.BoundInactive].ShouldBe(1);
            with.Counts.Set((TcpSocketKind)kind, TcpState.BoundInactive, 0);
        }

        ShouldAgree(with, without);
    });

    [Fact]
    public void Read_Inet6Listeners_TellWhetherTheyTakeIpv4() => NamespaceThread.Run(_ =>
    {
        using var zoo = new SocketZoo();
        zoo.Listener(IPAddress.IPv6Any, v6Only: true);
        zoo.Listener(IPAddress.IPv6Any, v6Only: false);
        using var transport = new NetlinkTransport();
        var sink = new V6OnlySink();

        Reader(transport).Read(new SockDiagQuery(SocketFamily.Inet6, 1u << (int)TcpState.Listen), sink).ShouldBe(default);

        sink.Values.Order().ShouldBe([false, true]);
    });

    [Fact]
    public void Read_EmptyNamespace_IsReadAsZero() => NamespaceThread.Run(space =>
    {
        NamespaceSnapshot snapshot = BySockDiag(space);

        snapshot[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot[SocketFamily.Inet6].ShouldBe(ByProcfs(space)[SocketFamily.Inet6]);
        snapshot.Counts.Total.ShouldBe(0);
        _errors.ShouldBeEmpty();
    });

    [Fact]
    public void Read_ManyDatagrams_CountsEverySocketOnce() => NamespaceThread.Run(space =>
    {
        const int Listeners = 1_500;
        using var zoo = new SocketZoo();
        for (int index = 0; index < Listeners; index++)
        {
            zoo.Listener(IPAddress.Loopback);
        }

        NamespaceSnapshot snapshot = BySockDiag(space);

        snapshot.Counts[TcpSocketKind.Ipv4Inet, TcpState.Listen].ShouldBe(Listeners);
        snapshot.Counts.Total.ShouldBe(Listeners);
    });

    [Fact]
    public void Read_WithoutAnyCapability_CountsTheSame() => NamespaceThread.Run(space =>
    {
        using SocketZoo zoo = SocketZoo.Make();
        NamespaceSnapshot procfs = ByProcfs(space);

        UnprivilegedThread.BecomeNobody();

        ShouldAgree(BySockDiag(space), procfs);
    });

    [Fact]
    public void Read_ThreadMovedToAnotherNamespace_ReadsTheNewOne()
    {
        using var transport = new NetlinkTransport();
        SockDiagSource source = Source(transport, StateMask.Procfs);
        var first = new TcpNamespace("/proc", "thread-self", NamespaceKind.Other, new OwnNamespace("/proc").Inode());
        Read(source, first).Source.ShouldBe(TcpSourceKind.SockDiag);
        NamespaceThread.Run(space =>
        {
            using var zoo = new SocketZoo();
            zoo.Listener(IPAddress.Loopback);

            // The socket still sees the first one; asked for the second, it is opened anew.
            source.CanSee(first).ShouldBeTrue();
            Read(source, space).Counts.Total.ShouldBe(1);
            source.CanSee(first).ShouldBeFalse();
        });
        _errors.ShouldBeEmpty();
        source.CanSee(first).ShouldBeTrue();
    }

    [Fact]
    public void Read_Repeatedly_AllocatesNothing() => NamespaceThread.Run(space =>
    {
        using SocketZoo zoo = SocketZoo.Make();
        using var transport = new NetlinkTransport();
        SockDiagSource source = Source(transport, StateMask.Procfs);
        var snapshot = new NamespaceSnapshot();
        for (int warmUp = 0; warmUp < 50; warmUp++)
        {
            Read(source, space, snapshot);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int read = 0; read < 100; read++)
        {
            Read(source, space, snapshot);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        snapshot.Counts.Total.ShouldBeGreaterThan(0);
        _errors.ShouldBeEmpty();
    });

    private static void Dump(SockDiagReader reader, SockDiagQuery query, ConnectionCounts counts)
    {
        var counter = new ConnectionCounter();
        counter.Into(counts, query);
        reader.Read(query, counter).ShouldBe(default);
    }

    private static void ShouldAgree(NamespaceSnapshot actual, NamespaceSnapshot expected)
    {
        actual[SocketFamily.Inet].ShouldBe(expected[SocketFamily.Inet]);
        actual[SocketFamily.Inet6].ShouldBe(expected[SocketFamily.Inet6]);
        ShouldAgree(actual.Counts, expected.Counts);
    }

    private static void ShouldAgree(ConnectionCounts actual, ConnectionCounts expected)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            TcpSocketKind kind = ConnectionCounts.KindOf(slot);
            TcpState state = ConnectionCounts.StateOf(slot);
            actual[kind, state].ShouldBe(expected[kind, state], $"{kind} {state}");
        }

        actual.Total.ShouldBeGreaterThan(0);
    }

    private static SockDiagReader Reader(NetlinkTransport transport) => new(transport, TimeProvider.System, Timeout);

    private static SockDiagSource Source(NetlinkTransport transport, uint states) =>
        new(transport, Reader(transport), new OwnNamespace("/proc"), states);

    private NamespaceSnapshot BySockDiag(TcpNamespace space, uint states = StateMask.Procfs)
    {
        using var transport = new NetlinkTransport();
        NamespaceSnapshot snapshot = Read(Source(transport, states), space);
        snapshot.Source.ShouldBe(TcpSourceKind.SockDiag);
        _errors.ShouldBeEmpty();
        return snapshot;
    }

    private NamespaceSnapshot ByProcfs(TcpNamespace space) =>
        Read(new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)), space);

    private NamespaceSnapshot Read(ITcpSource source, TcpNamespace space, NamespaceSnapshot? into = null)
    {
        NamespaceSnapshot snapshot = into ?? new NamespaceSnapshot();
        snapshot.Begin(space, source.Kind);
        source.Read(space, snapshot, _errors);
        return snapshot;
    }

    private sealed class V6OnlySink : ISockDiagSink
    {
        public List<bool?> Values { get; } = [];

        public void Begin() => Values.Clear();

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            Values.Add(InetDiagAttributes.V6Only(attributes));
            return message.idiag_family == InetDiag.AF_INET6;
        }
    }
}
