using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

public sealed class LookupAnswerTests
{
    private const uint First = 41;
    private const uint Port = 4711;
    private const int Seed = 20261125;

    private static readonly DiagMessages One = new(First, Port);
    private static readonly DiagMessages Two = new(First + 1, Port);

    [Fact]
    public void Feed_ASocketForEachRequest_EndsWhole()
    {
        LookupAnswer answer = Answer(2);
        SockDiagDatagram.Feed(ref answer, Socket(One, TcpState.Established));
        answer.HasEnded.ShouldBeFalse();
        SockDiagDatagram.Feed(ref answer, Socket(Two, TcpState.Established));

        answer.HasEnded.ShouldBeTrue();
        answer.Result.IsWhole.ShouldBeTrue();
        answer.Established.ShouldBe(2);
    }

    [Theory]
    [InlineData(Errno.ENOENT)]
    [InlineData(116)] // ESTALE
    public void Feed_AnError_IsASocketThatIsNotThere(int errno)
    {
        LookupAnswer answer = Answer(2);
        SockDiagDatagram.Feed(ref answer, DiagMessages.Datagram(One.Error(errno), Socket(Two, TcpState.Established)));

        answer.Result.IsWhole.ShouldBeTrue();
        answer.Established.ShouldBe(1);
    }

    [Theory]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.TimeWait)]
    [InlineData(TcpState.Listen)]
    public void Feed_ASocketOfAnotherState_IsAnsweredButNotCounted(TcpState state)
    {
        LookupAnswer answer = Answer(1);
        SockDiagDatagram.Feed(ref answer, Socket(One, state));

        answer.HasEnded.ShouldBeTrue();
        answer.Established.ShouldBe(0);
    }

    [Fact]
    public void Feed_AnswersToOtherRequestsOrSockets_ArePassedOver()
    {
        LookupAnswer answer = Answer(2);
        SockDiagDatagram.Feed(ref answer, Socket(new DiagMessages(First - 1, Port), TcpState.Established));
        SockDiagDatagram.Feed(ref answer, Socket(new DiagMessages(First + 2, Port), TcpState.Established));
        SockDiagDatagram.Feed(ref answer, Socket(new DiagMessages(First, Port + 1), TcpState.Established));

        answer.HasEnded.ShouldBeFalse();
        answer.Established.ShouldBe(0);
    }

    [Fact]
    public void Feed_NumbersThatBeginAnew_AreFollowed()
    {
        var answer = new LookupAnswer(uint.MaxValue, 2, Port);
        SockDiagDatagram.Feed(ref answer, Socket(new DiagMessages(uint.MaxValue, Port), TcpState.Established));
        SockDiagDatagram.Feed(ref answer, Socket(new DiagMessages(0, Port), TcpState.Established));

        answer.Established.ShouldBe(2);
        answer.HasEnded.ShouldBeTrue();
    }

    [Fact]
    public void Feed_WhatIsNoAnswer_IsMalformed()
    {
        foreach (byte[] datagram in (byte[][])[[], new byte[15], One.Done(), One.Message(InetDiag.SOCK_DIAG_BY_FAMILY, new byte[71], 0)])
        {
            LookupAnswer answer = Answer(1);
            SockDiagDatagram.Feed(ref answer, datagram);
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

            LookupAnswer answer = Answer(2);
            Exception? thrown = Record.Exception(() => SockDiagDatagram.Feed(ref answer, datagram));

            thrown.ShouldBeNull($"seed {Seed}, round {round}");
            answer.Established.ShouldBeLessThanOrEqualTo(2, $"seed {Seed}, round {round}");
        }
    }

    private static LookupAnswer Answer(int requests) => new(First, requests, Port);

    private static byte[] Socket(DiagMessages messages, TcpState state)
    {
        byte[] dumped = messages.Socket(state, "::1", "::1");
        return messages.Message(InetDiag.SOCK_DIAG_BY_FAMILY, dumped[NlMsgHdr.Size..], 0);
    }
}
