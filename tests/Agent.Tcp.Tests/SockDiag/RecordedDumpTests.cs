using System.Net;
using Agent.Tcp.SockDiag;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>Dumps that Linux 6.18 (x86-64) sent: <c>fixtures/*.bin</c>, made by the explicit tests at the end.</summary>
public sealed class RecordedDumpTests
{
    private const string Zoo = "zoo-compat.bin";
    private const string ZooInet6 = "zoo-inet6-bound.bin";
    private const string Refused = "refused.bin";
    private const string ManyDatagrams = "listeners-300.bin";
    private const int Listeners = 300;

    private static readonly SockDiagQuery Both = new(null, StateMask.Procfs);

    private readonly ConnectionCounts _counts = new();

    [Fact]
    public void Replay_EveryState_IsCountedByState()
    {
        Replay(Zoo, Both).ShouldBe(default);

        for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
        {
            // SocketZoo, per address: five pairs and two half-open ones have 7 listeners; two more listen on ::.
            int listeners = kind == (int)TcpSocketKind.Ipv6Inet6 ? 9 : 7;
            Counted((TcpSocketKind)kind).ShouldBe(
            [
                (TcpState.Established, 6), (TcpState.SynSent, 1), (TcpState.SynReceived, 1), (TcpState.FinWait1, 1),
                (TcpState.FinWait2, 2), (TcpState.TimeWait, 1), (TcpState.CloseWait, 1), (TcpState.LastAck, 1),
                (TcpState.Listen, listeners),
            ]);
        }
    }

    [Fact]
    public void Replay_OneFamilyWithBoundInactive_IsCountedByState()
    {
        Replay(ZooInet6, new SockDiagQuery(SocketFamily.Inet6, StateMask.WithBoundInactive)).ShouldBe(default);

        Counted(TcpSocketKind.Ipv4Inet).ShouldBeEmpty();
        _counts[TcpSocketKind.Ipv4Inet6, TcpState.BoundInactive].ShouldBe(1);
        _counts[TcpSocketKind.Ipv6Inet6, TcpState.BoundInactive].ShouldBe(1);
        _counts[TcpSocketKind.Ipv6Inet6, TcpState.Closed].ShouldBe(0);
    }

    [Fact]
    public void Replay_Refusal_TellsTheErrno() =>
        Replay(Refused, new SockDiagQuery(SocketFamily.Inet, StateMask.Procfs))
            .ShouldBe(new SockDiagResult(SockDiagFault.Refused, 2));

    [Fact]
    public void Replay_SeveralDatagrams_CountsThemAll()
    {
        RecordedDump.Load(ManyDatagrams).Datagrams.Count.ShouldBeGreaterThan(2);
        Replay(ManyDatagrams, Both).ShouldBe(default);

        Counted(TcpSocketKind.Ipv4Inet).ShouldBe([(TcpState.Listen, Listeners)]);
    }

    [Fact]
    public void Replay_AnyMissingDatagram_IsNoResult()
    {
        RecordedDump dump = RecordedDump.Load(ManyDatagrams);
        dump.Datagrams.RemoveAt(dump.Datagrams.Count - 1);

        Replay(dump, Both).Fault.ShouldBe(SockDiagFault.Timeout);
    }

    [Fact]
    public void Replay_CutAnywhere_IsNeverAWholeResult()
    {
        RecordedDump dump = RecordedDump.Load(Zoo);
        byte[] last = dump.Datagrams[^1];
        for (int length = 0; length < last.Length - 4; length++)
        {
            dump.Datagrams[^1] = last[..length];
            Replay(dump, Both).IsWhole.ShouldBeFalse($"cut at {length} of {last.Length}");
        }
    }

    [Fact(Explicit = true)]
    public void Record_Zoo() => NamespaceThread.Run(_ =>
    {
        using SocketZoo zoo = SocketZoo.Make();
        Record(Zoo, Both);
        Record(ZooInet6, new SockDiagQuery(SocketFamily.Inet6, StateMask.WithBoundInactive));
        Record(Refused, new SockDiagQuery(SocketFamily.Inet, StateMask.Procfs), protocol: 200);
    });

    [Fact(Explicit = true)]
    public void Record_ManyDatagrams() => NamespaceThread.Run(_ =>
    {
        using var zoo = new SocketZoo();
        for (int index = 0; index < Listeners; index++)
        {
            zoo.Listener(IPAddress.Loopback);
        }

        Record(ManyDatagrams, Both);
    });

    private static void Record(string name, SockDiagQuery query, byte? protocol = null)
    {
        using var transport = new RecordedDump.Recorder(new NetlinkTransport(), protocol);
        var counter = new ConnectionCounter();
        counter.Into(new ConnectionCounts(), query);
        new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, counter);
        transport.Recorded.Save(name);
    }

    private List<(TcpState State, int Count)> Counted(TcpSocketKind kind) =>
    [
        .. Enum.GetValues<TcpState>().Order()
            .Select(state => (state, (int)_counts[kind, state]))
            .Where(counted => counted.Item2 > 0),
    ];

    private SockDiagResult Replay(string name, SockDiagQuery query) => Replay(RecordedDump.Load(name), query);

    private SockDiagResult Replay(RecordedDump dump, SockDiagQuery query)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "the recorded dumps are of a little-endian machine");
        var time = new ManualTime();
        using var transport = new FakeTransport(_ => [.. dump.Datagrams.Select(datagram => (Step)datagram)])
        {
            Port = dump.Port,
            OnWait = left =>
            {
                time.Advance(left);
                return 0;
            },
        };
        var counter = new ConnectionCounter();
        counter.Into(_counts, query);
        return new SockDiagReader(transport, time, TimeSpan.FromSeconds(1)).Read(query, counter);
    }
}
