using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class PortFilterCodeTests
{
    private const uint Established = 1u << (int)TcpState.Established;

    [Fact]
    public void Write_Cell_IsFourComparisonsThatJumpPastTheEnd()
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The bytes are a little-endian machine's.");
        byte[] buffer = [.. Enumerable.Repeat((byte)0xEE, PortFilterCode.Size + 1)];
        int length = PortFilterCode.Write(buffer, new PortCell(1, 2, 3, 4));

        length.ShouldBe(PortFilterCode.Size);
        Convert.ToHexString(buffer).ShouldBe(
            "24000100" // nla_len 36, INET_DIAG_REQ_BYTECODE
            + "02082400" + "00000100" // S_GE: yes 8, no 36 of the 32 left; port 1
            + "03081C00" + "00000200" // S_LE
            + "04081400" + "00000300" // D_GE
            + "05080C00" + "00000400" // D_LE
            + "EE");
    }

    [Fact]
    public void Write_WholePlane_IsNothing() => PortFilterCode.Write([], PortCell.All).ShouldBe(0);

    /// <summary>Every cell around the ports of a connection's two ends, of either family, by the kernel's own reading of it.</summary>
    [Theory]
    [InlineData(SocketFamily.Inet)]
    [InlineData(SocketFamily.Inet6)]
    public void Dump_ByTheKernel_ListsTheSocketsInTheCell(SocketFamily family)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        space.Run(() =>
        {
            IPAddress address = family == SocketFamily.Inet ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            using KernelSocket listener = KernelSocket.Listen(family, address);
            using KernelSocket client = KernelSocket.Create(family);
            client.Connect(new IPEndPoint(address, listener.LocalPort()));
            ushort server = listener.LocalPort();
            ushort local = client.LocalPort();
            PortPair[] ends = [new(local, server), new(server, local)];

            List(PortCell.All).ShouldBe(ends, ignoreOrder: true);
            foreach (PortCell cell in Around(local, server).Concat(Around(server, local)))
            {
                List(cell).ShouldBe(ends.Where(cell.Contains), ignoreOrder: true, $"{cell} of {local} and {server}");
            }
        });
    }

    private static IEnumerable<PortCell> Around(ushort local, ushort remote)
    {
        for (int bits = 0; bits < 81; bits++)
        {
            yield return new(
                Near(local, bits % 3), Near(local, bits / 3 % 3), Near(remote, bits / 9 % 3), Near(remote, bits / 27 % 3));
        }

        yield return PortCell.All with { GreatestLocal = local };
        yield return PortCell.All with { LeastRemote = remote };

        static ushort Near(ushort port, int step) => (ushort)(port + step - 1);
    }

    private static List<PortPair> List(PortCell cell)
    {
        using var transport = new NetlinkTransport();
        var sink = new Ports();
        var query = new SockDiagQuery(null, Established, Ports: cell);
        SockDiagResult result = new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, sink);
        result.IsWhole.ShouldBeTrue($"{result} for {cell}");
        return sink.Seen;
    }

    private sealed class Ports : ISockDiagSink
    {
        public List<PortPair> Seen { get; } = [];

        public void Begin() => Seen.Clear();

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            SocketEnd local = message.id.idiag_src.At(message.id.idiag_sport, SocketFamily.Inet6);
            SocketEnd remote = message.id.idiag_dst.At(message.id.idiag_dport, SocketFamily.Inet6);
            Seen.Add(new PortPair(local.Port, remote.Port));
            return true;
        }
    }
}
