using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class SockDiagAnswerTests
{
    private const uint Sequence = 3;
    private const uint Port = 4711;

    private readonly DiagMessages _messages = new(Sequence, Port);
    private readonly ConnectionCounts _counts = new();

    public static TheoryData<string, byte, string, string, int> Kinds => new()
    {
        { "AF_INET", 2, "127.0.0.1", "127.0.0.1", 0 },
        { "AF_INET6", 10, "::1", "::1", 2 },
        { "AF_INET6 listener on ::", 10, "::", "::", 2 },
        { "both addresses IPv4-mapped", 10, "::ffff:127.0.0.1", "::ffff:10.0.0.1", 1 },
        { "listener bound to a mapped address", 10, "::ffff:127.0.0.1", "::", 1 },
        { "only the peer mapped", 10, "::", "::ffff:127.0.0.1", 1 },
        { "almost mapped: a bit before the prefix", 10, "1::ffff:127.0.0.1", "::1", 2 },
        { "almost mapped: half the prefix", 10, "::ff00:127.0.0.1", "::1", 2 },
        { "AF_INET whose words look mapped is no mapped socket", 2, "::ffff:127.0.0.1", "::ffff:127.0.0.1", 0 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Feed_Socket_IsCountedByFamilyAndType(
        string name, byte family, string local, string remote, int kind)
    {
        SockDiagAnswer dump = Feed(DiagMessages.Datagram(_messages.Socket(1, family, local, remote), _messages.Done()));

        dump.Result.ShouldBe(default, name);
        _counts[(TcpSocketKind)kind, TcpState.Established].ShouldBe(1, name);
        _counts.Total.ShouldBe(1, name);
    }

    [Fact]
    public void Feed_EveryCode_IsCountedAsItsState()
    {
        for (int code = 0; code <= byte.MaxValue; code++)
        {
            _counts.Clear();
            SockDiagAnswer dump = Feed(
                DiagMessages.Datagram(_messages.Socket((byte)code, 2, "127.0.0.1", "127.0.0.1"), _messages.Done()));

            dump.Result.IsWhole.ShouldBeTrue();
            TcpState expected = code switch
            {
                12 => TcpState.SynReceived,
                >= 1 and <= 13 => (TcpState)code,
                _ => TcpState.Unknown,
            };
            _counts[TcpSocketKind.Ipv4Inet, expected].ShouldBe(1, $"code {code}");
        }
    }

    [Fact]
    public void Feed_ClosedWhenBoundInactiveWasAskedFor_IsBoundInactive()
    {
        Feed(
            DiagMessages.Datagram(_messages.Socket(7, 10, "::1", "::"), _messages.Done()),
            new SockDiagQuery(null, StateMask.WithBoundInactive)).Result.IsWhole.ShouldBeTrue();

        _counts[TcpSocketKind.Ipv6Inet6, TcpState.BoundInactive].ShouldBe(1);
        _counts.Total.ShouldBe(1);
    }

    [Fact]
    public void Feed_SeveralDatagrams_EndsOnlyWithDone()
    {
        SockDiagAnswer dump = Dump();
        dump.Feed(DiagMessages.Datagram(_messages.Socket(TcpState.Established), _messages.Socket(TcpState.Listen)));
        dump.HasEnded.ShouldBeFalse();
        dump.Feed(_messages.Socket(TcpState.TimeWait));
        dump.HasEnded.ShouldBeFalse();
        dump.Feed(_messages.BareDone());

        dump.HasEnded.ShouldBeTrue();
        dump.Result.ShouldBe(default);
        _counts.Total.ShouldBe(3);
    }

    [Fact]
    public void Feed_AfterDone_TakesNothingMore()
    {
        Feed(DiagMessages.Datagram(_messages.Done(), _messages.Socket(TcpState.Established)));

        _counts.Total.ShouldBe(0);
    }

    [Fact]
    public void Feed_OtherSequenceOrPort_IsPassedOver()
    {
        var stale = new DiagMessages(Sequence - 1, Port);
        var foreign = new DiagMessages(Sequence, Port + 1);
        SockDiagAnswer dump = Dump();
        dump.Feed(DiagMessages.Datagram(
            stale.Socket(TcpState.Established),
            stale.Done(),
            foreign.Socket(TcpState.Established),
            foreign.Error(1),
            foreign.Done()));
        dump.HasEnded.ShouldBeFalse();
        dump.Feed(DiagMessages.Datagram(_messages.Socket(TcpState.Listen), _messages.Done()));

        dump.Result.ShouldBe(default);
        _counts.Total.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Feed_InterruptedFlag_EndsInterruptedAtDone(bool onSocket)
    {
        const ushort Interrupted = 0x12;
        SockDiagAnswer dump = Dump();
        dump.Feed(_messages.Socket(TcpState.Established, flags: onSocket ? Interrupted : (ushort)2));
        dump.HasEnded.ShouldBeFalse();
        dump.Feed(_messages.Done(flags: onSocket ? (ushort)2 : Interrupted));

        dump.Result.ShouldBe(new SockDiagResult(SockDiagFault.Interrupted));
        dump.Result.Failure.ShouldBe(ReadFailure.Interrupted);
        dump.Result.IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, "permission_denied", false)]
    [InlineData(2, "unsupported", true)]
    [InlineData(13, "permission_denied", false)]
    [InlineData(22, "unsupported", true)]
    [InlineData(93, "unsupported", true)]
    [InlineData(95, "unsupported", true)]
    [InlineData(12, "io", false)]
    public void Feed_Error_IsARefusalWithItsErrno(int errno, string failure, bool unknownRequest)
    {
        foreach (byte[] refusal in new[] { _messages.Error(errno), _messages.Done(-errno) })
        {
            SockDiagAnswer dump = Feed(refusal);

            dump.Result.ShouldBe(new SockDiagResult(SockDiagFault.Refused, errno));
            dump.Result.Failure.MetricValue().ShouldBe(failure);
            dump.Result.IsUnknownRequest.ShouldBe(unknownRequest);
        }
    }

    [Fact]
    public void Feed_Overrun_IsTransient() =>
        Feed(_messages.Message(Netlink.NLMSG_OVERRUN, [], 0)).Result.IsTransient.ShouldBeTrue();

    [Fact]
    public void Feed_Noop_IsPassedOver()
    {
        SockDiagAnswer dump = Feed(DiagMessages.Datagram(_messages.Message(Netlink.NLMSG_NOOP, [], 0), _messages.Done()));

        dump.Result.IsWhole.ShouldBeTrue();
    }

    public static TheoryData<string, byte[]> Malformed()
    {
        var messages = new DiagMessages(Sequence, Port);
        byte[] socket = messages.Socket(TcpState.Established);
        return new TheoryData<string, byte[]>
        {
            { "no bytes", [] },
            { "shorter than a header", new byte[15] },
            { "nlmsg_len 0", WithLength(socket, 0) },
            { "nlmsg_len shorter than the header", WithLength(socket, 15) },
            { "nlmsg_len past the datagram", WithLength(socket, (uint)socket.Length + 1) },
            { "nlmsg_len negative as an int", WithLength(socket, 0x80000010) },
            { "nlmsg_len at the top", WithLength(socket, uint.MaxValue) },
            { "a socket cut short", messages.Message(InetDiag.TCPDIAG_GETSOCK, new byte[InetDiagMsg.Size - 1], 2) },
            { "a socket without a body", messages.Message(InetDiag.SOCK_DIAG_BY_FAMILY, [], 2) },
            { "bytes after the last message", [.. socket, 0, 0, 0, 0] },
            { "a socket of no TCP family", messages.Socket(1, 1, "127.0.0.1", "127.0.0.1") },
            { "a message of another type", messages.Message(100, new byte[80], 2) },
            { "an error without an errno", messages.Message(Netlink.NLMSG_ERROR, new byte[3], 0) },
            { "an acknowledgement", messages.Error(0) },
        };
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Feed_MalformedMessage_EndsTheDump(string name, byte[] datagram)
    {
        SockDiagAnswer dump = Feed(datagram);

        dump.HasEnded.ShouldBeTrue(name);
        dump.Result.ShouldBe(new SockDiagResult(SockDiagFault.Malformed), name);
        dump.Result.Failure.ShouldBe(ReadFailure.MalformedRow, name);
    }

    [Fact]
    public void Feed_SocketOfTheOtherFamily_IsMalformed() =>
        Feed(
            _messages.Socket(TcpState.Established, "::1", "::1"),
            new SockDiagQuery(SocketFamily.Inet, StateMask.Procfs)).Result.Fault.ShouldBe(SockDiagFault.Malformed);

    [Fact]
    public void Feed_LeastErrno_IsNoOverflow() =>
        Feed(_messages.Done(int.MinValue)).Result.Fault.ShouldBe(SockDiagFault.Refused);

    private static byte[] WithLength(byte[] message, uint length)
    {
        byte[] changed = [.. message];
        BitConverter.TryWriteBytes(changed, length);
        return changed;
    }

    private SockDiagAnswer Feed(byte[] datagram, SockDiagQuery? query = null)
    {
        SockDiagAnswer dump = Dump(query);
        dump.Feed(datagram);
        return dump;
    }

    private SockDiagAnswer Dump(SockDiagQuery? query = null)
    {
        var counter = new ConnectionCounter();
        counter.Into(_counts, query ?? new SockDiagQuery(null, StateMask.Procfs));
        return new SockDiagAnswer(Sequence, Port, counter);
    }
}
