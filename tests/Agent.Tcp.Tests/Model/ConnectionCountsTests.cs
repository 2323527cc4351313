using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public class ConnectionCountsTests
{
    private static readonly TcpSocketKind[] Kinds = Enum.GetValues<TcpSocketKind>();

    [Theory]
    [InlineData(5, 7, 3, 12)]
    [InlineData(5, 3, 7, 12)]
    [InlineData(0, 4, 0, 4)]
    public void Countable_OfEstablishedSockets_IsWhatNeedNotBeListed(long inet, long mapped, long ipv6, long expected)
    {
        var counts = new ConnectionCounts();
        counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, inet);
        counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, mapped);
        counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Established, ipv6);

        counts.Countable.ShouldBe(expected);
    }

    [Fact]
    public void Slot_EveryKindAndState_IsItsOwnAndLeadsBack()
    {
        var seen = new HashSet<int>();
        foreach (TcpSocketKind kind in Kinds)
        {
            foreach (TcpState state in Enum.GetValues<TcpState>())
            {
                int slot = ConnectionCounts.Slot(kind, state);

                slot.ShouldBeInRange(0, ConnectionCounts.SlotCount - 1);
                seen.Add(slot).ShouldBeTrue();
                ConnectionCounts.KindOf(slot).ShouldBe(kind);
                ConnectionCounts.StateOf(slot).ShouldBe(state);
            }
        }
    }

    [Fact]
    public void Add_EveryCodeOfEveryKind_CountsEachOnce()
    {
        var counts = new ConnectionCounts();
        foreach (TcpSocketKind kind in Kinds)
        {
            for (int code = 0; code <= byte.MaxValue; code++)
            {
                counts.Add(kind, code);
            }
        }

        counts.Total.ShouldBe(3 * 256);
        foreach (TcpSocketKind kind in Kinds)
        {
            counts[kind, TcpState.Unknown].ShouldBe(256 - 13);
            counts[kind, TcpState.SynReceived].ShouldBe(2, "03 and 0C");
            counts[kind, TcpState.BoundInactive].ShouldBe(1);
            counts[kind, TcpState.Closing].ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(SocketFamily.Inet, 1)]
    [InlineData(SocketFamily.Inet6, 2)]
    public void Clear_OneFamily_LeavesTheOther(SocketFamily cleared, int kindsOfIt)
    {
        ConnectionCounts counts = OneOfEach();

        counts.Clear(cleared);

        foreach (TcpSocketKind kind in Kinds)
        {
            counts[kind, TcpState.Listen].ShouldBe(kind.Family() == cleared ? 0 : 1);
        }

        counts.Total.ShouldBe(3 - kindsOfIt);
    }

    [Fact]
    public void Clear_Everything_LeavesNothing()
    {
        ConnectionCounts counts = OneOfEach();

        counts.Clear();

        counts.Total.ShouldBe(0);
    }

    [Fact]
    public void Set_ASlot_ReplacesIt()
    {
        ConnectionCounts counts = OneOfEach();

        counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Listen, 42);

        counts[TcpSocketKind.Ipv4Inet6, TcpState.Listen].ShouldBe(42);
        counts.Total.ShouldBe(44);
    }

    [Fact]
    public void Unknown_OfAFamily_SumsItsKinds()
    {
        var counts = new ConnectionCounts();
        counts.Add(TcpSocketKind.Ipv4Inet, 0xFF);
        counts.Add(TcpSocketKind.Ipv4Inet6, 0x0E);
        counts.Add(TcpSocketKind.Ipv6Inet6, 0x00);
        counts.Add(TcpSocketKind.Ipv6Inet6, 0x01);

        counts.Unknown(SocketFamily.Inet).ShouldBe(1);
        counts.Unknown(SocketFamily.Inet6).ShouldBe(2);
    }

    [Theory]
    [InlineData(SocketFamily.Inet, false, 0, NetworkType.Ipv4)]
    [InlineData(SocketFamily.Inet6, true, 1, NetworkType.Ipv4)]
    [InlineData(SocketFamily.Inet6, false, 2, NetworkType.Ipv6)]
    public void Kind_OfFamilyAndMapping_TellsBothAttributes(SocketFamily family, bool mapped, int kind, NetworkType type)
    {
        TcpSocketKind result = TcpSocketKinds.Of(family, mapped);

        result.ShouldBe((TcpSocketKind)kind);
        result.Family().ShouldBe(family);
        result.Type().ShouldBe(type);
    }

    private static ConnectionCounts OneOfEach()
    {
        var counts = new ConnectionCounts();
        foreach (TcpSocketKind kind in Kinds)
        {
            counts.Add(kind, 0x0A);
        }

        return counts;
    }
}
