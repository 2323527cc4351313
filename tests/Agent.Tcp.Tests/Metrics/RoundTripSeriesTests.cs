using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>The histograms through the real SDK, of namespaces that come and go; their samples are made up.</summary>
[Collection(MetersCollection.Name)]
public sealed class RoundTripSeriesTests : IDisposable
{
    private const string Times = "tcp.connection.rtt";
    private const string Ratios = "tcp.connection.retransmission.ratio";
    private const int Limit = 200;

    private static readonly RoundTrip[] Sample =
    [
        new(PeerScope.Loopback, 40, 0),
        new(PeerScope.Private, 1_000, null),
        new(PeerScope.Public, null, 0.25),
        new(PeerScope.Public, 200_000, 0.5),
    ];

    private readonly FiringTime _time = new();
    private readonly TcpInstrumentationOptions _options = new() { Metrics = { RoundTrips = true }, MaxNamespaces = 20, CardinalityLimit = Limit };
    private readonly CollectingExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private readonly SharedSnapshot _shared;
    private readonly NamespaceInstruments _instruments;

    public RoundTripSeriesTests()
    {
        _reader = new BaseExportingMetricReader(_exporter);
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(TcpMetricNames.Meter)
            .AddView(instrument => instrument is Histogram<double>
                ? new MetricStreamConfiguration { CardinalityLimit = Limit }
                : MetricStreamConfiguration.Drop)
            .AddReader(_reader)
            .Build();
        _shared = new SharedSnapshot(new SnapshotReader(_options, _time), NullLogger.Instance, _time);
        _instruments = new NamespaceInstruments(_options, _shared, NullLogger.Instance, _time);
        _instruments.Rotating.Start();
    }

    public void Dispose()
    {
        _instruments.Dispose();
        _shared.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public void Update_Sample_IsInTheExportOfTheSameCollection()
    {
        Dictionary<string, ExportedMetric> metrics = Collect(Host(), Pod(7));

        metrics[Times].Points.ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["tcp.peer.scope=loopback"] = 1,
                ["tcp.peer.scope=private"] = 1,
                ["tcp.peer.scope=public"] = 1,
                ["linux.netns.id=7 tcp.peer.scope=loopback"] = 1,
                ["linux.netns.id=7 tcp.peer.scope=private"] = 1,
                ["linux.netns.id=7 tcp.peer.scope=public"] = 1,
            },
            ignoreOrder: true);
        metrics[Times].Doubles["tcp.peer.scope=public"].ShouldBe(0.2);
        metrics[Ratios].Points.ShouldNotContainKey("tcp.peer.scope=private", "none of them sent anything, or the kernel does not tell");
        metrics[Ratios].Points["tcp.peer.scope=public"].ShouldBe(2);
        metrics[Ratios].Doubles["tcp.peer.scope=public"].ShouldBe(0.75);
    }

    [Fact]
    public void Boundaries_OfTimes_AreNoMoreThanTwoAndAHalfApart()
    {
        double[] bounds = RoundTripHistograms.Times;

        (bounds[0], bounds[^1]).ShouldBe((0.00005, 10));
        for (int index = 1; index < bounds.Length; index++)
        {
            (bounds[index] / bounds[index - 1]).ShouldBeInRange(1, 2.5 + 1e-9);
        }

        // The exporter was given them.
        Collect(Host())[Times].Buckets["tcp.peer.scope=private"].Select(bucket => bucket.UpTo)
            .ShouldBe([.. bounds, double.PositiveInfinity]);
    }

    [Fact]
    public void Update_MoreNamespacesThanTheLimit_AreSummedIntoOther()
    {
        NamespaceSnapshot[] all = [Host(), .. Enumerable.Range(1, 30).Select(number => Pod((ulong)number))];
        Dictionary<string, ExportedMetric> metrics = Collect(all);

        metrics[Times].Sum.ShouldBe(31 * 3);
        metrics[Times].Points["linux.netns.inode=other tcp.peer.scope=private"].ShouldBeGreaterThanOrEqualTo(10);
        Collect([.. all.Reverse().Take(29), .. all[..2]])[Times].Sum.ShouldBe(2 * 31 * 3);
    }

    [Fact]
    public void Update_NamespacesComeAndGo_NothingOverflowsAndNothingStaysForEver()
    {
        NamespaceSnapshot host = Host();
        int most = 0;
        int current = 0;
        for (ulong round = 0; round < 300; round++)
        {
            NamespaceSnapshot[] pods = [.. Enumerable.Range(0, 10).Select(pod => Pod((10 * round) + (ulong)pod + 1))];
            ExportedMetric times = Collect([host, .. pods])[Times];
            times.Points.Keys.ShouldNotContain(key => key.Contains("overflow", StringComparison.Ordinal));
            current += times.Points.ContainsKey($"linux.netns.id={(10 * round) + 1} tcp.peer.scope=public") ? 1 : 0;
            most = Math.Max(most, times.Points.Count);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        most.ShouldBeLessThanOrEqualTo(Limit);
        current.ShouldBeGreaterThan(200, "all but the one after each replacement, whose export is the old meter's last");
        _instruments.Rotating.Rotations.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Update_OneNamespaceGoes_ItsPointsEndWithinAnHourAndAnInterval()
    {
        NamespaceSnapshot host = Host();
        Collect(host, Pod(7));
        const string Gone = "linux.netns.id=7 tcp.peer.scope=private";
        int minutes = 0;
        while (Collect(host)[Times].Points.ContainsKey(Gone) && minutes < 200)
        {
            minutes++;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        // The meter is replaced after the sixtieth; the export after that is the old one's last.
        minutes.ShouldBeInRange(1, 62);
        int rotations = _instruments.Rotating.Rotations;
        for (minutes = 0; minutes < 200; minutes++)
        {
            Collect(host);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _instruments.Rotating.Rotations.ShouldBe(rotations, "nothing has gone: the histograms go on");
        Collect(host)[Times].Points["tcp.peer.scope=private"].ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Update_AtRest_AllocatesNothing()
    {
        NamespaceSnapshot[] all = [Host(), .. Enumerable.Range(1, 30).Select(number => Pod((ulong)number))];
        var snapshot = new TcpSnapshot { Namespaces = all };
        Allocations.InSteadyState(() => _shared.Taken!(snapshot), warmUps: 20, rounds: 20).ShouldBe(0);
    }

    private static NamespaceSnapshot Host() => Sampled(new TcpNamespace("/proc", "1", NamespaceKind.Host, 1));

    private static NamespaceSnapshot Pod(ulong number) => Sampled(new TcpNamespace("/proc", $"{number + 1}", NamespaceKind.Other, number));

    private static NamespaceSnapshot Sampled(TcpNamespace space)
    {
        var one = new NamespaceSnapshot(space, new SocketSignals(new TcpMetricGroups()));
        one.Reading.Begin(TcpSourceKind.SockDiag);
        one.Reading[SocketFamily.Inet] = one.Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        one.Reading.RoundTrips = Sample;
        return one;
    }

    /// <summary>What the first callback of a collection does, and then the export.</summary>
    private Dictionary<string, ExportedMetric> Collect(params NamespaceSnapshot[] namespaces)
    {
        _shared.Taken!(new TcpSnapshot { Namespaces = namespaces });
        _reader.Collect().ShouldBeTrue();
        return _exporter.Last;
    }
}
