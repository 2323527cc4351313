using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.SockDiag.Dumps.DumpRecording;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>
/// Dumps that Linux 6.18 (x86-64) sent, in <c>fixtures</c>. With <c>AGENT_TEST_RECORD=1</c> the kernel at hand is asked
/// first and its answers become the fixtures.
/// </summary>
public sealed class RecordedDumpTests
{
    private readonly ConnectionCounts _counts = new();

    [Fact]
    public void Replay_EveryState_IsCountedByState()
    {
        Replay(EveryState, Both).ShouldBe(default);

        // SocketWorkshop, each state once; the peers and listeners that this takes count too.
        string[] states =
        [
            "Established=3", "SynSent=1", "SynReceived=1", "FinWait1=2", "FinWait2=2", "TimeWait=2", "CloseWait=3",
            "LastAck=1", "Listen=3", "Closing=1",
        ];
        _counts.Describe().ShouldBe(string.Join(
            ' ',
            from kind in Enum.GetNames<TcpSocketKind>()
            from state in states
            select $"{kind}/{state}"));
    }

    [Fact]
    public void Replay_OneFamilyWithBoundInactive_IsCountedByState()
    {
        Replay(Inet6Bound, Inet6WithBoundInactive).ShouldBe(default);

        _counts.Describe().ShouldBe(
            "Ipv4Inet6/Listen=1 Ipv4Inet6/BoundInactive=1 Ipv6Inet6/Listen=1 Ipv6Inet6/BoundInactive=1");
    }

    [Fact]
    public void Replay_Refusal_TellsTheErrno() =>
        Replay(Refused, Inet).ShouldBe(new SockDiagResult(SockDiagFault.Refused, 2));

    /// <summary>The struct of older kernels is the beginning of this one's.</summary>
    [Theory]
    [InlineData(136)]
    [InlineData(192)]
    [InlineData(224)]
    [InlineData(int.MaxValue)]
    public void Replay_WithInfo_TellsWhatThatKernelMeasured(int length)
    {
        var info = new InfoSink(length);
        Replay(Load(WithInfo), ClientWithInfo, info).ShouldBe(default);

        info.Sockets.ShouldBe(1);
        info.RoundTrip.ShouldNotBeNull().ShouldBeInRange(1u, 10_000u);
        info.BytesSent.ShouldBe(length >= 208 ? (ulong)InfoBytes : null);
        info.BytesRetransmitted.ShouldBe(length >= 216 ? 0ul : null);
    }

    [Fact]
    public void Replay_SeveralDatagrams_CountsThemAll()
    {
        RecordedDump dump = Load(ManyListeners);
        dump.Datagrams.Count.ShouldBeGreaterThan(2);

        Replay(dump, Both).ShouldBe(default);

        _counts.Describe().ShouldBe($"Ipv4Inet/Listen={Listeners}");
    }

    [Fact]
    public void Replay_AnyMissingDatagram_IsNoResult()
    {
        RecordedDump dump = Load(ManyListeners);
        dump.Datagrams.RemoveAt(dump.Datagrams.Count - 1);

        Replay(dump, Both).Fault.ShouldBe(SockDiagFault.Timeout);
    }

    [Fact]
    public void Replay_CutAnywhere_IsNeverAWholeResult()
    {
        RecordedDump dump = Load(EveryState);
        byte[] whole = [.. dump.Datagrams.SelectMany(datagram => datagram)];
        for (int length = 0; length < whole.Length - 4; length++)
        {
            Replay(new RecordedDump(dump.Port, [whole[..length]]), Both).IsWhole.ShouldBeFalse($"cut at {length} of {whole.Length}");
        }
    }

    private SockDiagResult Replay(string name, SockDiagQuery query) => Replay(Load(name), query);

    private SockDiagResult Replay(RecordedDump dump, SockDiagQuery query)
    {
        var counter = new ConnectionCounter();
        counter.Into(_counts, query);
        return Replay(dump, query, counter);
    }

    private static SockDiagResult Replay(RecordedDump dump, SockDiagQuery query, ISockDiagSink sink)
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
        return new SockDiagReader(transport, time, TimeSpan.FromSeconds(1)).Read(query, sink);
    }

    /// <summary>Takes the attribute of the one socket, or what a kernel with a shorter struct would give of it.</summary>
    private sealed class InfoSink(int length) : ISockDiagSink
    {
        public int Sockets { get; private set; }

        public uint? RoundTrip { get; private set; }

        public ulong? BytesSent { get; private set; }

        public ulong? BytesRetransmitted { get; private set; }

        public void Begin() => Sockets = 0;

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            TcpInfo info = InetDiagAttributes.Info(Shortened(attributes));
            Sockets++;
            (RoundTrip, BytesSent, BytesRetransmitted) = (info.RoundTrip, info.BytesSent, info.BytesRetransmitted);
            return true;
        }

        private byte[] Shortened(ReadOnlySpan<byte> attributes)
        {
            var kept = new List<byte>();
            while (!attributes.IsEmpty)
            {
                int size = MemoryMarshal.Read<ushort>(attributes);
                ushort type = MemoryMarshal.Read<ushort>(attributes[2..]);
                ReadOnlySpan<byte> value = attributes[4..size];
                kept.AddRange(DiagMessages.Attribute(type, value[..(type == InetDiag.INET_DIAG_INFO ? Math.Min(length, value.Length) : value.Length)].ToArray()));
                attributes = attributes[Math.Min(Netlink.Align(size), attributes.Length)..];
            }

            return [.. kept];
        }
    }
}
