using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.Ports;
using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Readings that count, and every third one that lists: what only rows tell is as old as the last listing.</summary>
public sealed class CountedReadingsTests : IDisposable
{
    private const int ListEvery = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
    private readonly ManualTime _time = new();
    private readonly TcpSnapshot _snapshot = new();
    private readonly List<KernelSocket> _open = [];

    public CountedReadingsTests()
    {
        _snapshot.Namespaces = [new NamespaceSnapshot(_space.ToTcpNamespace(), new SocketSignals(new TcpMetricGroups()))];
    }

    public void Dispose()
    {
        _open.ForEach(socket => socket.Dispose());
        _space.Dispose();
    }

    [Fact]
    public void ReadAll_QueuesAndListeners_AreAsOldAsTheyMayBe()
    {
        _space.Run(() =>
        {
            NamespaceReadings readings = Readings(out SourceSelector sources);
            using SourceSelector ended = sources;
            (KernelSocket client, KernelSocket server) = Connect();

            client.Write(100);
            Read(readings).ShouldBe(("listed", 2, 100, 0, TimeSpan.Zero));
            client.Write(200);
            KernelSocket listener = Keep(KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback));
            Keep(KernelSocket.Create(SocketFamily.Inet)).Connect(new IPEndPoint(IPAddress.Loopback, listener.LocalPort()));
            Read(readings).ShouldBe(("counted", 4, 100, 1, Interval), "the queue is the listing's, its age told; the backlog is new");
            Read(readings).ShouldBe(("counted", 4, 100, 1, 2 * Interval));
            Read(readings).ShouldBe(("listed", 4, 300, 1, TimeSpan.Zero));
            Read(readings).ShouldBe(("counted", 4, 300, 1, Interval));
            server.Descriptor.ShouldBeGreaterThan(0);
        });
    }

    /// <summary>What is not established is listed each time, and so are its services; what is, is the last listing's.</summary>
    [Fact]
    public void ReadAll_Services_AreAsOldAsEstablishedOnesMayBe()
    {
        var options = new TcpInstrumentationOptions();
        options.Metrics.Services = true;
        TcpNamespace space = _space.ToTcpNamespace();
        var use = (PortUse)PortCounting.For(options, _time)!(space);
        _snapshot.Namespaces = [new NamespaceSnapshot(space, rows: use)];
        _space.Run(() =>
        {
            NamespaceReadings readings = Readings(out SourceSelector sources);
            using SourceSelector ended = sources;
            KernelSocket listener = Keep(KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback));
            ushort port = listener.LocalPort();
            KernelSocket[] clients = [Client(), Client(), Client()];
            KernelSocket lonely = Keep(KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback));

            Services().ShouldBe(["client Established=3", "server Established=3 Listen=1", "server Listen=1"]);
            clients[0].ShutdownWrite();
            Poll.Until(() => Services().Contains("server Established=3 CloseWait=1 Listen=1", StringComparer.Ordinal), "the closing is counted while no connection is listed");
            _snapshot.Namespaces[0].Reading.IsCounted.ShouldBeTrue();
            Services().Contains("server Listen=1", StringComparer.Ordinal).ShouldBeTrue($"the listener on {lonely.LocalPort()} without connections");
            use.Used.ShouldBe(3, "as when they were listed");
            Poll.Until(
                () =>
                {
                    Read(readings, _snapshot);
                    return !_snapshot.Namespaces[0].Reading.IsCounted && Text().Contains("client Established=2 FinWait2=1", StringComparer.Ordinal);
                },
                "the end, which the peer may acknowledge late, is listed");

            Text().ShouldBe(["client Established=2 FinWait2=1", "server Established=2 CloseWait=1 Listen=1", "server Listen=1"]);
            use.Used.ShouldBe(3);

            KernelSocket Client()
            {
                KernelSocket client = Keep(KernelSocket.Create(SocketFamily.Inet));
                client.Connect(new IPEndPoint(IPAddress.Loopback, port));
                Keep(listener.Accept());
                return client;
            }

            string[] Services()
            {
                Read(readings, _snapshot);
                return Text();
            }
        });

        string[] Text() =>
        [
            .. use.Services!.Own.Select(one => $"{(one.Key.IsServer ? "server" : "client")}{string.Concat(Enum.GetValues<TcpState>()
                .Where(state => one.Value[(int)state] > 0).Select(state => $" {state}={one.Value[(int)state]}"))}")
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public void Read_InTheSteadyState_AllocatesNothing()
    {
        _space.Run(() =>
        {
            Connect();
            using var source = new KernelSource(KernelSource.SockDiagTotals);
            TcpNamespace space = _space.ToTcpNamespace();

            Allocations.InSteadyState(() => source.Read(space), warmUps: 50, rounds: 50).ShouldBe(0);
            source.Reading.IsCounted.ShouldBeTrue();
            source.Reading.Counts[TcpSocketKind.Ipv4Inet6, TcpState.Established].ShouldBe(2);
        });
    }

    /// <summary>A process that ended, and whose number another namespace's process has: totals of the wrong namespace.</summary>
    [Fact]
    public void Read_TotalsOfAnotherNamespace_AreNotTaken()
    {
        using TestNamespace other = TestNamespace.CreateOrSkip();
        TcpNamespace mixed = other.ToTcpNamespace() with { Inode = Libc.Inode(_space.ToTcpNamespace().Tcp.Bytes) };
        _space.Run(() =>
        {
            Connect();
            using var source = new KernelSource(KernelSource.SockDiagTotals);
            source.Read(mixed);

            source.Reading.IsCounted.ShouldBeFalse();
            source.Reading.Counts.Describe().ShouldBe("Ipv4Inet6/Established=2");
        });
    }

    private (string How, long Established, long Received, long Waiting, TimeSpan? Age) Read(NamespaceReadings readings)
    {
        Read(readings, _snapshot);
        _snapshot.OldestAge.ShouldBe(TimeSpan.Zero, "the counts are of this reading, however old the rows are");
        Reading one = _snapshot.Namespaces[0].Reading;
        long established = Enum.GetValues<TcpSocketKind>().Sum(kind => one.Counts[kind, TcpState.Established]);
        return (
            one.IsCounted ? "counted" : "listed",
            established,
            one.Signals![QueueDirection.Receive],
            one.Signals.Listeners![SocketFamily.Inet].Values.Sum(listener => listener.Backlog),
            _snapshot.OldestListing);
    }

    private void Read(NamespaceReadings readings, TcpSnapshot snapshot)
    {
        _time.Advance(Interval);
        readings.Begin();
        readings.ReadAll(snapshot.Namespaces, snapshot.Errors);
        readings.End();
        snapshot.End(_time);
        snapshot.Errors.ShouldBeEmpty();
    }

    private NamespaceReadings Readings(out SourceSelector sources)
    {
        var transport = new NetlinkTransport();
        var reader = new SockDiagReader(transport, TimeProvider.System, Timeout);
        var totals = new TotalsCounter(reader, TcpCounting.Totals, StateMask.Procfs);
        sources = new SourceSelector(
            TcpSource.Auto,
            new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)),
            new SockDiagSource(transport, reader, new OwnNamespace("/proc"), StateMask.Procfs, totals),
            new SourceLog(NullLogger.Instance),
            _time);
        return new NamespaceReadings(
            sources,
            new CpuBudget(1, _time),
            new ReadLimit(_time, Timeout),
            new TcpInstrumentationOptions { ListEvery = ListEvery },
            _time);
    }

    private (KernelSocket Client, KernelSocket Server) Connect()
    {
        IPAddress address = IPAddress.Loopback.MapToIPv6();
        using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet6, address);
        KernelSocket client = Keep(KernelSocket.Create(SocketFamily.Inet6));
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
