using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>Whatever the bytes, the parser neither throws nor counts more sockets than would fit in them.</summary>
public sealed class SockDiagAnswerFuzzTests
{
    private const int Seed = 20261123;
    private const int Rounds = 20_000;
    private const uint Sequence = 1;
    private const uint Port = 9;

    [Fact]
    public void Feed_RandomBytes_Survives()
    {
        var random = new Random(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            var datagram = new byte[random.Next(0, 400)];
            random.NextBytes(datagram);
            Check(datagram, $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void Feed_DamagedDump_Survives()
    {
        var random = new Random(Seed);
        byte[] whole = Whole();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] datagram = whole[..random.Next(0, whole.Length + 1)];
            for (int damage = random.Next(0, 6); damage > 0 && datagram.Length > 0; damage--)
            {
                datagram[random.Next(datagram.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)random.Next(24);
            }

            Check(datagram, $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void V6Only_RandomAttributes_Survives()
    {
        var random = new Random(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            var attributes = new byte[random.Next(0, 40)];
            random.NextBytes(attributes);
            for (int index = 1; index < attributes.Length; index += 2)
            {
                attributes[index] = 0;
            }

            Should.NotThrow(() => InetDiagAttributes.V6Only(attributes), $"seed {Seed}, round {round}");
        }
    }

    private static byte[] Whole()
    {
        var messages = new DiagMessages(Sequence, Port);
        return DiagMessages.Datagram(
            messages.Socket(TcpState.Established),
            messages.Socket(TcpState.Listen, "::", "::", attributes: DiagMessages.Attribute(11, 1)),
            messages.Socket(TcpState.TimeWait, "::ffff:127.0.0.1", "::ffff:127.0.0.1"),
            messages.Done());
    }

    private static void Check(byte[] datagram, string which)
    {
        var counts = new ConnectionCounts();
        var counter = new ConnectionCounter();
        counter.Into(counts, new SockDiagQuery(null, StateMask.Procfs));
        var dump = new SockDiagAnswer(Sequence, Port, counter);

        Exception? thrown = Record.Exception(() => dump.Feed(datagram));

        thrown.ShouldBeNull(which);
        counts.Total.ShouldBeLessThanOrEqualTo(datagram.Length / (NlMsgHdr.Size + InetDiagMsg.Size), which);
    }
}
