using System.Net;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Counting against listing, on sockets that the kernel's totals might count otherwise than a dump lists them. Every state
/// and kind is in <see cref="SocketStateTests"/> and <see cref="SourceAgreementTests"/>, for counting is one of the sources.
/// </summary>
public sealed class CountingTests : IDisposable
{
    /// <summary><c>IPPROTO_MPTCP</c>, include/uapi/linux/in.h.</summary>
    private const int Mptcp = 262;

    private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(one => one.Dispose());
        _space.Dispose();
    }

    [Fact]
    public void Read_EveryStateAndKind_IsCountedAndNotListed()
    {
        using EverySocket sockets = EverySocket.MakeDistinct(_space);

        ShouldAgree().ShouldBe(sockets.Made.Describe());
    }

    [Fact]
    public void Read_EmptyNamespace_IsCounted() => ShouldAgree().ShouldBe(new ConnectionCounts().Describe());

    [Fact]
    public void Read_FinWait2OfClosedSocketsAndRequests_AreNotAmongTheTotals()
    {
        foreach (TcpSocketKind kind in Enum.GetValues<TcpSocketKind>())
        {
            var workshop = new SocketWorkshop(kind);
            _open.Add(workshop);
            _space.Run(workshop.MakeOrphanedFinWait2);
            _space.Run(() => workshop.Make(TcpState.SynReceived));
            _space.Run(() => workshop.Make(TcpState.TimeWait));
            _space.Run(() => workshop.Make(TcpState.Established));
        }

        Poll.Until(
            () => !KernelSource.Read(KernelSource.SockDiag, _space).Reading.Counts.Describe().Contains("FinWait1", StringComparison.Ordinal),
            "the peers have acknowledged");
        ShouldAgree().ShouldContain("Ipv6Inet6/FinWait2=1");
    }

    /// <summary>A subflow stands in TCP's tables and totals; the MPTCP socket above it in neither.</summary>
    [Theory]
    [InlineData(SocketFamily.Inet)]
    [InlineData(SocketFamily.Inet6)]
    public void Read_MptcpConnections_AreCountedOnce(SocketFamily family)
    {
        IPAddress address = family == SocketFamily.Inet ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        _space.Run(() =>
        {
            KernelSocket listener = Keep(Create(family));
            listener.BindTo(address);
            listener.StartListening();
            KernelSocket client = Keep(Create(family));
            client.Connect(new IPEndPoint(address, listener.LocalPort()));
            Keep(listener.Accept());
        });

        ShouldAgree().ShouldContain("Established=2");
    }

    /// <summary><c>IPV6_ADDRFORM</c> turns a mapped AF_INET6 socket into one of AF_INET.</summary>
    [Fact]
    public void Read_ASocketThatChangedItsFamily_IsOfItsNewOne()
    {
        _space.Run(() =>
        {
            (KernelSocket client, _) = Connect(SocketFamily.Inet6, IPAddress.Loopback.MapToIPv6());
            client.BecomeInet();
        });

        ShouldAgree().ShouldContain("Ipv4Inet/Established=1 Ipv4Inet6/Established=1");
    }

    /// <summary>A listener on <c>::</c> that both families reach, and one that only IPv6 reaches.</summary>
    [Fact]
    public void Read_DualStackAndV6Only_AreSplitByWhatIsOnTheWire()
    {
        _space.Run(() =>
        {
            KernelSocket dual = Keep(KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any));
            Keep(KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any, v6Only: true));
            foreach (SocketFamily family in (SocketFamily[])[SocketFamily.Inet, SocketFamily.Inet6, SocketFamily.Inet6])
            {
                IPAddress peer = family == SocketFamily.Inet ? IPAddress.Loopback : IPAddress.IPv6Loopback;
                Keep(KernelSocket.Create(family)).Connect(new IPEndPoint(peer, dual.LocalPort()));
            }
        });

        ShouldAgree().ShouldBe("Ipv4Inet/Established=1 Ipv4Inet6/Established=1 Ipv6Inet6/Established=4 Ipv6Inet6/Listen=2");
    }

    [Fact]
    public void Read_AllMapped_AreCountedByTheFilter()
    {
        for (int connection = 0; connection < 50; connection++)
        {
            _space.Run(() => Connect(SocketFamily.Inet6, IPAddress.Loopback.MapToIPv6()));
        }

        ShouldAgree().ShouldBe("Ipv4Inet6/Established=100");
    }

    private string ShouldAgree()
    {
        string listed = KernelSource.Read(KernelSource.SockDiag, _space).Reading.Counts.Describe();
        KernelSource counting = KernelSource.Read(KernelSource.SockDiagTotals, _space);

        counting.Errors.ShouldBeEmpty();
        counting.Reading.IsCounted.ShouldBeTrue("it was listed after all");
        counting.Reading.Counts.Describe().ShouldBe(listed);
        return listed;
    }

    private static KernelSocket Create(SocketFamily family)
    {
        KernelSocket? socket = KernelSocket.TryCreate(family, Mptcp);
        Assert.SkipWhen(socket is null, "The kernel has no MPTCP, or net.mptcp.enabled is 0.");
        return socket;
    }

    private (KernelSocket Client, KernelSocket Server) Connect(SocketFamily family, IPAddress address)
    {
        using KernelSocket listener = KernelSocket.Listen(family, address);
        KernelSocket client = Keep(KernelSocket.Create(family));
        client.Connect(new IPEndPoint(address, listener.LocalPort()));
        KernelSocket server = Keep(listener.Accept());
        listener.StopListening();
        return (client, server);
    }

    private KernelSocket Keep(KernelSocket socket)
    {
        _open.Add(socket);
        return socket;
    }
}
