using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Tcp.Interop;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Metrics;
using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Round-trip times over links of the tests' own, against <c>ss -ti</c> connection by connection.</summary>
[Collection(MetersCollection.Name)]
public sealed class RoundTripTests : IDisposable
{
    private const int Connections = 3;
    private const int Write = 10_000;

    private readonly LinkedNamespaces _spaces = new();

    public void Dispose() => _spaces.Dispose();

    [Fact]
    public void Read_LinksOfThreeDelays_IsWhatSsSaysOfEachConnection()
    {
        MakeLinks();
        string[] expected = [.. SsInfo.Of(_spaces.Left).Select(Describe).Order(StringComparer.Ordinal)];
        expected.Length.ShouldBe((3 * 2 * Connections) + (2 * Connections));

        foreach (Func<string[]> read in (Func<string[]>[])[() => _spaces.Left.Run(Read), () => _spaces.Left.Run(() => UnprivilegedThread.Run(Read)), Read])
        {
            // From inside, without a privilege, and from outside, with root's.
            read().ShouldBe(expected);
        }
    }

    [Fact]
    public void Metrics_LinksOfThreeDelays_AreWhereTheDelaysAre()
    {
        MakeLinks();
        List<SsInfo> expected = SsInfo.Of(_spaces.Left);
        using var root = new ProcRootView();
        root.Link("1", _spaces.Left.Directory);
        Dictionary<string, ExportedMetric> metrics = _spaces.Left.Run(() =>
        {
            using MeterHarness meter = MeterHarness.Public(options =>
            {
                options.ProcRoot = root.Path;
                options.Namespaces = NamespaceScope.Host;
                options.Metrics.RoundTrips = true;
            });
            Dictionary<string, ExportedMetric> exported = meter.Collect();
            MeterHarness.ErrorsOf(exported).ShouldBeEmpty();
            return exported;
        });

        ExportedMetric times = metrics["tcp.connection.rtt"];
        (times.Type, times.Unit).ShouldBe((MetricType.Histogram, "s"));
        ExportedMetric ratios = metrics["tcp.connection.retransmission.ratio"];
        (ratios.Type, ratios.Unit).ShouldBe((MetricType.Histogram, "1"));
        foreach (IGrouping<string, SsInfo> scope in expected.GroupBy(ScopeOf, StringComparer.Ordinal))
        {
            string point = $"tcp.peer.scope={scope.Key}";
            times.Points[point].ShouldBe(scope.Count());
            times.Doubles[point].ShouldBe(scope.Sum(one => one.Milliseconds!.Value) / 1000, 1e-9, point);
            SsInfo[] senders = [.. scope.Where(one => one.BytesSent > 0)];
            ratios.Points[point].ShouldBe(senders.Length);
            ratios.Doubles[point].ShouldBe(senders.Sum(one => (double)one.BytesRetransmitted / one.BytesSent), 1e-9, point);
        }

        // 1 ms between private addresses; 20 and 200 ms between public ones. A loaded machine adds to them, and takes nothing.
        times.Points.Keys.ShouldBe(["tcp.peer.scope=loopback", "tcp.peer.scope=private", "tcp.peer.scope=public"], ignoreOrder: true);
        UpTo(times, "private", 0.0005).ShouldBe(0);
        UpTo(times, "private", 0.025).ShouldBe(2 * Connections);
        UpTo(times, "public", 0.01).ShouldBe(0);
        UpTo(times, "public", 0.1).ShouldBe(2 * Connections);
        UpTo(times, "public", 0.5).ShouldBe(4 * Connections);
        ratios.Doubles["tcp.peer.scope=private"].ShouldBeGreaterThan(0);
        UpTo(ratios, "public", 0).ShouldBe(4 * Connections);
    }

    [Fact]
    public void Read_SuddenlyManyConnections_IsNeverMoreThanMay()
    {
        const int Most = 200;
        using StableSockets first = StableSockets.Open(_spaces.Left, 100);
        using var reading = new RoundTripReading(_spaces.Left, Most);
        reading.Read().Count.ShouldBe(100);

        using StableSockets many = StableSockets.Open(_spaces.Left, 10_000);
        List<int> sizes = [];
        for (int collection = 0; collection < 200; collection++)
        {
            sizes.Add(reading.Read().Count);
        }

        reading.Errors.ShouldBeEmpty();
        reading.Last.Counts.Established.ShouldBe(10_100);
        sizes.Max().ShouldBeLessThanOrEqualTo(Most);
        sizes.Where(size => size > 0).Average().ShouldBeGreaterThan(Most / 5.0);
    }

    /// <summary>Where nothing costs anything: what a sample may cost depends on what else the machine does.</summary>
    [Fact]
    public void Read_SeveralNamespaces_AreSampledByTheirConnectionsAndTogetherNoMoreThanMay()
    {
        const int Most = 400;
        using TestNamespace small = TestNamespace.CreateOrSkip();
        using StableSockets many = StableSockets.Open(_spaces.Left, 4_000);
        using StableSockets some = StableSockets.Open(_spaces.Right, 1_000);
        using StableSockets few = StableSockets.Open(small, 20);
        using var reading = new RoundTripReading(Most, budget: 100, TimeProvider.System, static () => TimeSpan.Zero, _spaces.Left, _spaces.Right, small);
        long[] sampled = new long[3];
        reading.Read();
        for (int collection = 0; collection < 100; collection++)
        {
            reading.Read();
            int[] sizes = [.. reading.Namespaces.Select(one => one.Reading.RoundTrips.Count)];
            sizes.Sum().ShouldBeLessThanOrEqualTo(Most);
            sizes.ShouldAllBe(size => size > 0);
            sizes[2].ShouldBe(20, "all of them: what is shared evenly suffices");
            for (int index = 0; index < sizes.Length; index++)
            {
                sampled[index] += sizes[index];
            }
        }

        reading.Errors.ShouldBeEmpty();
        ((double)sampled[0] / sampled[1]).ShouldBeInRange(1.5, 5, "four to one, less what is shared evenly");
    }

    [Fact]
    public void Read_WithoutBudget_SamplesNoNamespaceThatIsDeferred()
    {
        var time = new ManualTime();
        using StableSockets first = StableSockets.Open(_spaces.Left, 200);
        using StableSockets second = StableSockets.Open(_spaces.Right, 200);
        using var reading = new RoundTripReading(2_000, budget: 0.001, time, _spaces.Left, _spaces.Right);
        int sampled = 0;
        int without = 0;
        for (int collection = 0; collection < 40; collection++)
        {
            reading.Read();
            foreach (NamespaceSnapshot one in reading.Namespaces)
            {
                bool isRead = one.History.ReadAt == time.GetTimestamp();
                sampled += one.Reading.RoundTrips.Count > 0 ? 1 : 0;
                without += isRead ? 0 : 1;
                (isRead || one.Reading.RoundTrips.Count == 0).ShouldBeTrue($"collection {collection}: {one.Status}");
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        sampled.ShouldBeGreaterThan(0);
        without.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Read_CountingTakesTheWholeBudget_SamplesNowAndThen()
    {
        var time = new ManualTime();
        using StableSockets sockets = StableSockets.Open(_spaces.Left, 2_000);
        using var reading = new RoundTripReading(500, budget: 0.000_001, time, _spaces.Left);
        int sampled = 0;
        for (int minute = 0; minute < 61; minute++)
        {
            sampled += reading.Read().Count > 0 ? 1 : 0;
            time.Advance(TimeSpan.FromMinutes(1));
        }

        sampled.ShouldBeInRange(10, 20);
    }

    [Fact]
    public void Read_InTheSteadyState_AllocatesNothing()
    {
        using StableSockets sockets = StableSockets.Open(_spaces.Left, 4_000);
        _spaces.Left.Run(() =>
        {
            using var reading = new RoundTripReading(_spaces.Left, most: 300);
            long sampled = 0;
            Allocations.InSteadyState(() => sampled += reading.Read().Count, warmUps: 100, rounds: 100).ShouldBe(0);
            sampled.ShouldBeGreaterThan(1_000);
            reading.Errors.ShouldBeEmpty();
        });
    }

    private string[] Read()
    {
        using var reading = new RoundTripReading(_spaces.Left);
        string[] sample = [.. reading.Read().Select(Describe).Order(StringComparer.Ordinal)];
        reading.Last.Source.ShouldBe(TcpSourceKind.SockDiag);
        reading.Errors.ShouldBeEmpty();
        return sample;
    }

    private static long UpTo(ExportedMetric metric, string scope, double bound) =>
        metric.Buckets[$"tcp.peer.scope={scope}"].Where(bucket => bucket.UpTo <= bound).Sum(bucket => bucket.Count);

    private static string Describe(SsInfo one) => Describe(
        ScopeOf(one), one.Milliseconds, one.BytesSent > 0 ? (double)one.BytesRetransmitted / one.BytesSent : null);

    private static string Describe(RoundTrip one) =>
        Describe(one.Scope.MetricValue(), one.Microseconds / 1000.0, one.RetransmissionRatio);

    private static string Describe(string scope, double? milliseconds, double? ratio) =>
        string.Create(CultureInfo.InvariantCulture, $"{scope} {milliseconds:F3} ms, {ratio:F9}");

    /// <summary>By the addresses below.</summary>
    private static string ScopeOf(SsInfo one) =>
        one.Remote.StartsWith("10.", StringComparison.Ordinal) || one.Remote.StartsWith("fd00:", StringComparison.Ordinal) ? "private"
        : one.Remote is "127.0.0.1" or "::1" ? "loopback"
        : "public";

    private void MakeLinks()
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        Link("tun1", ["10.77.1.", "fd00:77:1::"], 1, loseEvery: 50);
        Link("tun2", ["198.51.100.", "2001:db8:2::"], 20);
        Link("tun3", ["203.0.113.", "2001:db8:3::"], 200);
        Connect(_spaces.Left, IPAddress.Loopback, Write);

        Poll.Until(() => SsInfo.Of(_spaces.Left).TrueForAll(one => one.IsAtRest), "everything has been acknowledged");
    }

    private void Link(string name, string[] networks, int milliseconds, int loseEvery = 0)
    {
        _spaces.Keep(DelayedLink.CreateOrSkip(_spaces.Left, _spaces.Right, name, networks, TimeSpan.FromMilliseconds(milliseconds), loseEvery));
        foreach (string network in networks)
        {
            // The lossy one: so much that some is lost.
            Connect(_spaces.Right, IPAddress.Parse(network + "2"), loseEvery == 0 ? Write : 10 * Write);
        }
    }

    /// <summary>Connections from the left, which send so much; it is read on the other side.</summary>
    private void Connect(TestNamespace to, IPAddress address, int bytes)
    {
        SocketFamily family = address.AddressFamily == AddressFamily.InterNetwork ? SocketFamily.Inet : SocketFamily.Inet6;
        KernelSocket listener = to.Run(() => KernelSocket.Listen(family, address));
        byte[] buffer = new byte[65_536];
        for (int connection = 0; connection < Connections; connection++)
        {
            KernelSocket client = _spaces.Left.Run(() =>
            {
                KernelSocket socket = KernelSocket.Create(family);
                socket.Connect(new IPEndPoint(address, listener.LocalPort()));
                return socket;
            });
            KernelSocket server = listener.Accept();
            _spaces.Keep(client);
            _spaces.Keep(server);
            for (int sent = 0; sent < bytes; sent += Write)
            {
                client.Write(Write);
                for (int read = 0; read < Write;)
                {
                    read += (int)Libc.Read(server.Descriptor, buffer);
                }
            }
        }

        listener.Dispose();
    }
}
