using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// The second walk of counting lists the rarer kind of AF_INET6 sockets, and is left out exactly where they are few and the
/// same as before: by what is asked of the kernel, and by a listing beside each reading.
/// </summary>
public sealed class Inet6SplitterTests : IDisposable
{
    private static readonly IPAddress Mapped = IPAddress.Loopback.MapToIPv6();
    private static readonly IPAddress Ipv6 = IPAddress.IPv6Loopback;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
    private readonly RecordingTransport _transport = new(new NetlinkTransport());
    private readonly Reading _reading = new();
    private readonly SockDiagSource _source;
    private readonly List<KernelSocket> _open = [];

    public Inet6SplitterTests()
    {
        var reader = new SockDiagReader(_transport, TimeProvider.System, Timeout);
        _source = new SockDiagSource(
            _transport, reader, new OwnNamespace("/proc"), StateMask.Procfs, new TotalsCounter(reader, TcpCounting.Totals, StateMask.Procfs));
    }

    public void Dispose()
    {
        _source.Dispose();
        _open.ForEach(socket => socket.Dispose());
        _space.Dispose();
    }

    [Fact]
    public void Read_TheSameSockets_AreAskedForAndNotLookedFor()
    {
        Connect(Mapped);
        Connect(Ipv6);
        ReadAndCompare().ShouldBe((2, 0), "not known yet");
        ReadAndCompare().ShouldBe((1, 1));
        ReadAndCompare().ShouldBe((1, 1));
    }

    [Fact]
    public void Read_OthersInTheirPlace_AreListed()
    {
        (KernelSocket client, KernelSocket server) = Connect(Mapped);
        Connect(Ipv6);
        ReadAndCompare().ShouldBe((2, 0));

        Close(client, server);
        Connect(Ipv6);
        ReadAndCompare().ShouldBe((2, 1), "as many as before, but not the same");
        ReadAndCompare().ShouldBe((1, 1));
        _reading.Counts[TcpSocketKind.Ipv4Inet6, TcpState.Established].ShouldBe(0);
        _reading.Counts[TcpSocketKind.Ipv6Inet6, TcpState.Established].ShouldBe(4);
    }

    [Fact]
    public void Read_MoreOrFewer_AreListedWithoutAsking()
    {
        (KernelSocket client, KernelSocket server) = Connect(Mapped);
        ReadAndCompare().ShouldBe((2, 0));
        Connect(Mapped);
        ReadAndCompare().ShouldBe((2, 0));
        Close(client, server);
        ReadAndCompare().ShouldBe((2, 0));
        ReadAndCompare().ShouldBe((1, 1));
    }

    [Fact]
    public void Read_ALeaverOfTheState_IsNotCountedThoughItIsThere()
    {
        (KernelSocket client, KernelSocket server) = Connect(Mapped);
        ReadAndCompare().ShouldBe((2, 0));

        client.ShutdownWrite();
        server.AwaitEnd();
        Poll.Until(() => Listed()[TcpSocketKind.Ipv4Inet6, TcpState.FinWait2] == 1, "the peer has acknowledged");
        Connect(Ipv6);
        ReadAndCompare().ShouldBe((2, 1), "FIN_WAIT_2 and CLOSE_WAIT are there, but not established");
    }

    [Fact]
    public void Read_ASocketThatBecameInet_IsNoLongerKnown()
    {
        (KernelSocket client, _) = Connect(Mapped);
        ReadAndCompare();
        _space.Run(client.BecomeInet);
        ReadAndCompare().ShouldBe((2, 0));
        ReadAndCompare().ShouldBe((1, 1));
    }

    [Fact]
    public void Read_AsManyAsAreKept_AreAskedForInBatches()
    {
        Connect(KnownSockets.Most / 4, Mapped);
        Connect(KnownSockets.Most / 4, Ipv6);
        ReadAndCompare().ShouldBe((2, 0));
        ReadAndCompare().ShouldBe((1, KnownSockets.Most / SocketLookup.Batch));
        Connect(Mapped);
        ReadAndCompare().ShouldBe((2, 0), "too many to be kept");
        ReadAndCompare().ShouldBe((2, 0));
    }

    [Fact]
    public void Read_TooManyToBeKept_TheRarerKindIsListed()
    {
        Connect(KnownSockets.Most, Mapped);
        Connect(Ipv6);
        ReadAndCompare().ShouldBe((2, 0));
        _transport.Filter.ShouldBe(PeerFilter.Mapped, "nothing is known of them yet");
        ReadAndCompare().ShouldBe((2, 0));
        _transport.Filter.ShouldBe(PeerFilter.Unmapped);

        Connect(KnownSockets.Most + 1, Ipv6);
        ReadAndCompare().ShouldBe((2, 0));
        _transport.Filter.ShouldBe(PeerFilter.Unmapped, "so it was before");
        ReadAndCompare().ShouldBe((2, 0));
        _transport.Filter.ShouldBe(PeerFilter.Mapped);
    }

    [Fact]
    public void AreEstablished_AnotherCookie_IsAnotherSocket()
    {
        Connect(Mapped);
        Connect(Ipv6);
        KnownSockets known = List();
        InetDiagSockId[] sockets = known.Sockets.ToArray();
        sockets.Length.ShouldBe(4);
        known.Mapped.ShouldBe(2);
        Ask(sockets).ShouldBeTrue();
        for (int index = 0; index < sockets.Length; index++)
        {
            InetDiagSockId[] others = [.. sockets];
            others[index].idiag_cookie0 ^= 0x40000000;
            Ask(others).ShouldBeFalse();
        }

        Ask([]).ShouldBeTrue();
    }

    private bool Ask(InetDiagSockId[] sockets) => _space.Run(() =>
    {
        using var transport = new NetlinkTransport();
        var reader = new SockDiagReader(transport, TimeProvider.System, Timeout);
        return new SocketLookup(reader.Exchange).AreEstablished(transport, sockets);
    });

    private KnownSockets List() => _space.Run(() =>
    {
        using var transport = new NetlinkTransport();
        var known = new KnownSockets();
        var query = new SockDiagQuery(SocketFamily.Inet6, 1u << (int)TcpState.Established);
        new SockDiagReader(transport, TimeProvider.System, Timeout).Read(query, known).IsWhole.ShouldBeTrue();
        return known;
    });

    /// <summary>What was asked of the kernel for a reading, which says what a listing says.</summary>
    private (int Dumps, int Lookups) ReadAndCompare()
    {
        TcpNamespace space = _space.ToTcpNamespace();
        _ = _transport.Asked();
        _space.Run(() => _source.Read(space, default, _reading));
        (int Dumps, int Lookups) asked = _transport.Asked();

        _reading.Errors.ShouldBeEmpty();
        _reading.IsCounted.ShouldBeTrue("it was listed after all");
        _reading.Counts.Describe().ShouldBe(Listed().Describe());
        return asked;
    }

    private void Connect(int pairs, IPAddress address)
    {
        for (int pair = 0; pair < pairs; pair++)
        {
            Connect(address);
        }
    }

    private (KernelSocket Client, KernelSocket Server) Connect(IPAddress address) => _space.Run(() =>
    {
        using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet6, address);
        KernelSocket client = Keep(KernelSocket.Create(SocketFamily.Inet6));
        client.Connect(new IPEndPoint(address, listener.LocalPort()));
        KernelSocket server = Keep(listener.Accept());
        listener.StopListening();
        return (client, server);
    });

    /// <summary>Waits until they are closed: a process that another test starts has them too, until it becomes its program.</summary>
    private void Close(KernelSocket client, KernelSocket server)
    {
        long before = Listed()[TcpSocketKind.Ipv4Inet6, TcpState.Established];
        client.Dispose();
        server.Dispose();
        Poll.Until(
            () => Listed() is var now
                && now[TcpSocketKind.Ipv4Inet6, TcpState.Established] == before - 2
                && now[TcpSocketKind.Ipv4Inet6, TcpState.TimeWait] == 1,
            "both are closed");
    }

    private ConnectionCounts Listed() => KernelSource.Read(KernelSource.SockDiag, _space).Reading.Counts;

    private KernelSocket Keep(KernelSocket socket)
    {
        _open.Add(socket);
        return socket;
    }
}
