using System.Net;
using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public class ProcNetTcpRowTests
{
    [Fact]
    public void TryParse_ARowWithEveryField_ReadsThemAll()
    {
        ProcNetTcpRow row = Parse(
            "   6: 0100007F:E753 0200007F:0016 01 0000000A:000004D2 02:000AFA92 00000003   500        7 18198 2 ffff81002f448080 204 40 20 2 -1");

        row.Slot.ShouldBe(6);
        row.Family.ShouldBe(SocketFamily.Inet);
        row.Local.ToEndPoint(row.Family, ByteOrders.OfThisMachine).ShouldBe(IPEndPoint.Parse("127.0.0.1:59219"));
        row.Remote.ToEndPoint(row.Family, ByteOrders.OfThisMachine).ShouldBe(IPEndPoint.Parse("127.0.0.2:22"));
        row.Code.ShouldBe((byte)1);
        row.TransmitQueue.ShouldBe(10UL);
        row.ReceiveQueue.ShouldBe(1234UL);
        row.Timer.ShouldBe((byte)2);
        row.TimerTicks.ShouldBe(0xAFA92UL);
        row.Retransmits.ShouldBe(3UL);
        row.Uid.ShouldBe(500UL);
        row.Inode.ShouldBe(18198UL);
    }

    [Theory]
    [InlineData("00000000000000000000000001000000", "::1", false)]
    [InlineData("00000000000000000000000000000000", "::", false)]
    [InlineData("0000000000000000FFFF00000100007F", "::ffff:127.0.0.1", true)]
    [InlineData("0000000000000000ffff00000100007f", "::ffff:127.0.0.1", true)]
    [InlineData("B80D0120000000000000000001000000", "2001:db8::1", false)]
    [InlineData("000080FE00000000FF005450B6CD0AFE", "fe80::5054:ff:fe0a:cdb6", false)]
    [InlineData("0000000000000000000000000100007F", "::127.0.0.1", false)]
    [InlineData("00000000FFFF00000000000001000000", "::ffff:0:0:0:1", false)]
    public void TryParse_AnIpv6Address_IsReadWordByWord(string digits, string address, bool mapped)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The text is a little-endian kernel's.");

        ProcNetTcpRow row = Parse(ProcRows.Row(0x0A, digits, ProcRows.Any6));

        row.Family.ShouldBe(SocketFamily.Inet6);
        row.Local.ToEndPoint(row.Family, ByteOrders.OfThisMachine).Address.ShouldBe(IPAddress.Parse(address));
        (row.Kind == TcpSocketKind.Ipv4Inet6).ShouldBe(mapped);
    }

    [Theory]
    [InlineData(ProcRows.Loopback4, ProcRows.Loopback4, TcpSocketKind.Ipv4Inet)]
    [InlineData(ProcRows.Mapped, ProcRows.Any6, TcpSocketKind.Ipv4Inet6)]
    [InlineData(ProcRows.Mapped, ProcRows.Mapped, TcpSocketKind.Ipv4Inet6)]
    [InlineData(ProcRows.Any6, ProcRows.Mapped, TcpSocketKind.Ipv4Inet6)]
    [InlineData(ProcRows.Any6, ProcRows.Any6, TcpSocketKind.Ipv6Inet6)]
    [InlineData(ProcRows.Loopback6, ProcRows.Loopback6, TcpSocketKind.Ipv6Inet6)]
    internal void TryParse_Addresses_TellTheKind(string local, string remote, TcpSocketKind kind)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The text is a little-endian kernel's.");

        Parse(ProcRows.Row(0x01, local, remote)).Kind.ShouldBe(kind);
    }

    /// <summary>Layouts of other kernels, by their format strings.</summary>
    [Theory]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321", "nothing after the inode")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 cd1e6040 3000 0 0 2 -1", "32-bit pointer")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 ffff81002f449980 3000 0 0 2 -1", "64-bit pointer")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 0000ffff81002f449980 3000 0 0 2 -1", "20 digits of pointer")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 (____ptrval____) 100 0 0 10 0", "pointer not yet hashable")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1           (null) 100 0 0 10 0", "pointer hidden")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 0000000000000000 100 0 0 10 0 further columns 1 2 3", "columns of a kernel to come")]
    [InlineData("   0: 0100007F:0016 0100007F:0017 0A 00000000:00000000 01:FFFFFFFFFFFFFFF6 00000000     0        0 7321 1 ffff81002f449980 3000 0 0 2 -1", "timer in the past, %08lX")]
    [InlineData("12345: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 0", "slot over 9999")]
    [InlineData("9223372036854775807: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 0", "widest slot")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 4294967294        0 7321 1 0", "uid over 99999")]
    [InlineData("   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18446744073709551615 1 0", "widest inode")]
    [InlineData("   0: 0100007f:0016 00000000:0000 0a 00000000:0000000b 00:0000000c 0000000d     0        0 7321 1 0", "lower case")]
    [InlineData("0:\t0100007F:0016\t00000000:0000\t0A\t00000000:00000000\t00:00000000\t00000000\t0\t0\t7321", "tabs")]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 0 0 7321", "narrow numbers")]
    public void TryParse_AnotherKernelsLayout_IsARow(string line, string layout)
    {
        ProcNetTcpRow row = Parse(line);

        row.Code.ShouldBe((byte)0x0A, layout);
        row.Local.ToEndPoint(row.Family, ByteOrders.OfThisMachine).ShouldBe(IPEndPoint.Parse("127.0.0.1:22"), layout);
    }

    /// <summary>Before Linux 3.x the uid is printed by <c>%5d</c>: that of nobody on some systems, 2^32 - 2, is -2 there.</summary>
    [Theory]
    [InlineData("   -2", 4294967294UL)]
    [InlineData("-2147483648", 2147483648UL)]
    public void TryParse_ASignedUidOfAnOldKernel_IsTheUnsignedOne(string uid, ulong expected)
    {
        ProcNetTcpRow row = Parse(
            $"   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 {uid}        0 7321 1 ffff81002f449980 3000 0 0 2 -1");

        row.Uid.ShouldBe(expected);
        row.Inode.ShouldBe(7321UL);
    }

    [Theory]
    [InlineData("", RowFault.Slot)]
    [InlineData("   ", RowFault.Slot)]
    [InlineData(":", RowFault.Slot)]
    [InlineData("x: 0100007F:0016", RowFault.Slot)]
    [InlineData("0 0100007F:0016", RowFault.Slot)]
    [InlineData("9223372036854775808: 0100007F:0016", RowFault.Slot)]
    [InlineData("0:", RowFault.LocalAddress)]
    [InlineData("0: 0100007F", RowFault.LocalAddress)]
    [InlineData("0: 0100007G:0016", RowFault.LocalAddress)]
    [InlineData("0: 0100007F:001G", RowFault.LocalAddress)]
    [InlineData("0: 0100007F00:0016", RowFault.LocalAddress)]
    [InlineData("0: 0100007F:00160", RowFault.LocalAddress)]
    [InlineData("0: 0000000000000000FFFF00000100007:0016", RowFault.LocalAddress)]
    [InlineData("0: 0100007F:0016", RowFault.RemoteAddress)]
    [InlineData("0: 0100007F:0016 00000000000000000000000000000000:0000", RowFault.RemoteAddress)]
    [InlineData("0: 0100007F:0016 00000000:0000", RowFault.State)]
    [InlineData("0: 0100007F:0016 00000000:0000 A", RowFault.State)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A0", RowFault.State)]
    [InlineData("0: 0100007F:0016 00000000:0000 0G", RowFault.State)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A", RowFault.Queues)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 00000000", RowFault.Queues)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 00000000:", RowFault.Queues)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A :00000000", RowFault.Queues)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0:0", RowFault.Queues)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 100:0", RowFault.Timer)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0", RowFault.Retransmits)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 x", RowFault.Retransmits)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0", RowFault.Uid)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 A 0 0", RowFault.Uid)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 - 0 0", RowFault.Uid)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 -2147483649 0 0", RowFault.Uid)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 0", RowFault.Timeout)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 0 0", RowFault.Inode)]
    [InlineData("0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 0 0 12x", RowFault.Inode)]
    internal void TryParse_NoRow_NamesTheFirstFieldThatDoesNotHold(string line, RowFault fault)
    {
        ProcNetTcpRow.TryParse(Encoding.Latin1.GetBytes(line), out _).ShouldBe(fault);
        fault.Describe().ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData(ProcRows.Loopback4)]
    [InlineData(ProcRows.Mapped)]
    public void TryParse_TornAtEveryByte_IsARowOnlyFromTheInodeOn(string address)
    {
        string line = ProcRows.Row(0x01, address, inode: 4711);
        int inode = line.IndexOf(" 4711", StringComparison.Ordinal) + 1;
        for (int length = 0; length <= line.Length; length++)
        {
            RowFault fault = ProcNetTcpRow.TryParse(Encoding.Latin1.GetBytes(line[..length]), out _);
            (fault == RowFault.None).ShouldBe(length > inode, $"torn after \"{line[..length]}\": {fault}");
        }
    }

    private static ProcNetTcpRow Parse(string line)
    {
        ProcNetTcpRow.TryParse(Encoding.Latin1.GetBytes(line), out ProcNetTcpRow row).ShouldBe(RowFault.None, line);
        return row;
    }
}
