using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class SockDiagAnswerLookupTests
{
    private const uint First = 41;
    private const uint Port = 4711;
    private const int Seed = 20261125;

    private static readonly DiagMessages One = new(First, Port);
    private static readonly DiagMessages Two = new(First + 1, Port);

    private readonly ConnectionCounts _counts = new();
    private readonly ConnectionCounter _counter = new();

    private long Established => _counts[TcpSocketKind.Ipv6Inet6, TcpState.Established];

    [Fact]
    public void Feed_ASocketForEachRequest_EndsWhole()
    {
        SockDiagAnswer answer = Answer(2);
        answer.Feed(Socket(One, TcpState.Established));
        answer.HasEnded.ShouldBeFalse();
        answer.Feed(Socket(Two, TcpState.Established));

        answer.HasEnded.ShouldBeTrue();
        answer.Result.IsWhole.ShouldBeTrue();
        Established.ShouldBe(2);
    }

    [Theory]
    [InlineData(Errno.ENOENT)]
    [InlineData(116)] // ESTALE
    public void Feed_AnError_IsASocketThatIsNotThere(int errno)
    {
        SockDiagAnswer answer = Answer(2);
        answer.Feed(DiagMessages.Datagram(One.Error(errno), Socket(Two, TcpState.Established)));

        answer.Result.IsWhole.ShouldBeTrue();
        Established.ShouldBe(1);
    }

    [Theory]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.TimeWait)]
    [InlineData(TcpState.Listen)]
    public void Feed_ASocketOfAnotherState_IsAnsweredButNotCounted(TcpState state)
    {
        SockDiagAnswer answer = Answer(1);
        answer.Feed(Socket(One, state));

        answer.HasEnded.ShouldBeTrue();
        Established.ShouldBe(0);
    }

    [Fact]
    public void Feed_AnswersToOtherRequestsOrSockets_ArePassedOver()
    {
        SockDiagAnswer answer = Answer(2);
        answer.Feed(Socket(new DiagMessages(First - 1, Port), TcpState.Established));
        answer.Feed(Socket(new DiagMessages(First + 2, Port), TcpState.Established));
        answer.Feed(Socket(new DiagMessages(First, Port + 1), TcpState.Established));

        answer.HasEnded.ShouldBeFalse();
        Established.ShouldBe(0);
    }

    [Fact]
    public void Feed_NumbersThatBeginAnew_AreFollowed()
    {
        _counter.Into(_counts, new SockDiagQuery(SocketFamily.Inet6, StateMask.Procfs));
        var answer = new SockDiagAnswer(uint.MaxValue, Port, _counter, lookups: 2);
        answer.Feed(Socket(new DiagMessages(uint.MaxValue, Port), TcpState.Established));
        answer.Feed(Socket(new DiagMessages(0, Port), TcpState.Established));

        Established.ShouldBe(2);
        answer.HasEnded.ShouldBeTrue();
    }

    [Fact]
    public void Feed_WhatIsNoAnswer_IsMalformed()
    {
        foreach (byte[] datagram in (byte[][])[[], new byte[15], One.Done(), One.Message(InetDiag.SOCK_DIAG_BY_FAMILY, new byte[71], 0)])
        {
            SockDiagAnswer answer = Answer(1);
            answer.Feed(datagram);
            answer.Result.Fault.ShouldBe(SockDiagFault.Malformed);
            answer.HasEnded.ShouldBeTrue();
        }
    }

    [Fact]
    public void Feed_DamagedAnswers_Survives()
    {
        var random = new Random(Seed);
        byte[] whole = DiagMessages.Datagram(Socket(One, TcpState.Established), Two.Error(Errno.ENOENT));
        for (int round = 0; round < 20_000; round++)
        {
            byte[] datagram = whole[..random.Next(0, whole.Length + 1)];
            for (int damage = random.Next(0, 6); damage > 0 && datagram.Length > 0; damage--)
            {
                datagram[random.Next(datagram.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)random.Next(24);
            }

            SockDiagAnswer answer = Answer(2);
            Exception? thrown = Record.Exception(() => answer.Feed(datagram));

            thrown.ShouldBeNull($"seed {Seed}, round {round}");
            Established.ShouldBeLessThanOrEqualTo(2, $"seed {Seed}, round {round}");
        }
    }

    private SockDiagAnswer Answer(int requests)
    {
        _counter.Into(_counts, new SockDiagQuery(SocketFamily.Inet6, StateMask.Procfs));
        _counter.Begin();
        return new SockDiagAnswer(First, Port, _counter, requests);
    }

    private static byte[] Socket(DiagMessages messages, TcpState state)
    {
        byte[] dumped = messages.Socket(state, "::1", "::1");
        return messages.Message(InetDiag.SOCK_DIAG_BY_FAMILY, dumped[NlMsgHdr.Size..], 0);
    }
}
