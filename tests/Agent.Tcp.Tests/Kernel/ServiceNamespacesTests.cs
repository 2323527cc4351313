using Agent.Tcp.Metrics;
using Agent.Tcp.Tests.Metrics;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Services and ephemeral ports of real namespaces that come and go while the metrics are collected. Others on this machine
/// have namespaces too: those of the test are told by their numbers.
/// </summary>
[Collection(MetersCollection.Name)]
public sealed class ServiceNamespacesTests : IDisposable
{
    private const string Services = "tcp.service.connections";
    private const string Used = "tcp.client.ports.used";
    private const string Limit = "tcp.client.ports.limit";

    private readonly MovingTime _time = new();
    private readonly List<ServiceSockets> _spaces = [];
    private MeterHarness? _meter;

    public void Dispose()
    {
        _meter?.Dispose();
        _spaces.ForEach(space => space.Dispose());
    }

    /// <summary>All have the same ports, and those that come later most often the numbers of those that have ended.</summary>
    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.Procfs)]
    public void Collect_ManyNamespacesComeAndGo_EachHasTheServicesOfItsSs(TcpSource source)
    {
        Begin(source);
        ServiceSockets[] first = [.. Enumerable.Range(0, 24).Select(index => Create(1 + (index % 4)))];
        Dictionary<string, ExportedMetric> metrics = Collect();
        first.ShouldAllBe(space => IsAsSs(metrics, space));

        ServiceSockets[] ended = [.. first.Where((_, index) => index % 2 == 0)];
        string[] numbers = [.. ended.Select(space => space.Name)];
        foreach (ServiceSockets space in ended)
        {
            space.Dispose();
        }

        metrics = Collect();
        numbers.ShouldAllBe(number => PointsOf(metrics, number).Length == 0);
        first.Except(ended).ShouldAllBe(space => IsAsSs(metrics, space));

        ServiceSockets[] second = [.. Enumerable.Range(0, 12).Select(index => Create(5 + (index % 3)))];
        metrics = Collect();
        second.ShouldAllBe(space => IsAsSs(metrics, space));
        first.Except(ended).ShouldAllBe(space => IsAsSs(metrics, space));
    }

    /// <summary>Before, between and after the readings of a collection; another begins at the same moment.</summary>
    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.Procfs)]
    public void Collect_ANamespaceEndsMeanwhile_IsWholeOrGone(TcpSource source)
    {
        Begin(source);
        ServiceSockets other = Create(2);
        Collect();
        int moments = 0;
        for (double moment = 0; moment < 1; moment += 0.2)
        {
            ServiceSockets ending = Create(1);
            ServiceSockets? beginning = null;
            string expected = Text(ending.Ss());
            string number = ending.Name;
            int questions = _time.QuestionsOf(() => IsAsSs(Collect(), ending).ShouldBeTrue());

            _time.After((int)(moment * questions), () =>
            {
                ending.EndProcess();
                beginning = Create(3);
            });
            Dictionary<string, ExportedMetric> metrics = Collect();

            moments += beginning is null ? 0 : 1;
            Text(Of(metrics, Services, number)).ShouldBeOneOf(expected, "", Text(beginning?.Ss() ?? []));
            IsAsSs(metrics, other).ShouldBeTrue($"at {moment}");
            _time.After(0, null);
            ending.Dispose();
            metrics = Collect();
            (string.Equals(beginning?.Name, number, StringComparison.Ordinal) || PointsOf(metrics, number).Length == 0).ShouldBeTrue($"at {moment}");
            (beginning is null || IsAsSs(metrics, beginning)).ShouldBeTrue($"at {moment}");
            beginning?.Dispose();
        }

        moments.ShouldBeGreaterThan(3);
    }

    /// <summary>Another one's settings are read again every ten minutes, or every minute while half of its ports are in use.</summary>
    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.Procfs)]
    public void Collect_ThePortRangeOfANamespaceChanges_IsFollowedInTheStatedTime(TcpSource source)
    {
        Begin(source);
        ServiceSockets space = Create(0);
        Set("40000 40099", "40010-40019");
        space.Connect(20);
        Ports().ShouldBe((20, 90));
        space.SsUsed(40_000, 40_099).ShouldBe(20);

        Set("41000 41009", "");
        Ports(after: TimeSpan.FromMinutes(9)).ShouldBe((20, 90));
        Ports(after: TimeSpan.FromMinutes(1)).ShouldBe((0, 10), "the ports in use are outside the range, and take none of it away");
        space.Connect(7);
        Ports().ShouldBe((7, 10));
        space.SsUsed(41_000, 41_009).ShouldBe(7);

        Set("40000 41999", "40005,41000-41002");
        Ports().ShouldBe((7, 10));
        Ports(after: TimeSpan.FromMinutes(1)).ShouldBe((space.SsUsed(40_000, 41_999) - SsUsedOfGaps(), 1996), "more than half of it was in use");

        (long Used, long Limit) Ports(TimeSpan after = default)
        {
            _time.Advance(after);
            Dictionary<string, ExportedMetric> metrics = Collect();
            return (Of(metrics, Used, space), Of(metrics, Limit, space));
        }

        int SsUsedOfGaps() => space.SsUsed(40_005, 40_005) + space.SsUsed(41_000, 41_002);

        void Set(string range, string reserved) => space.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", range);
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_reserved_ports", reserved + "\n");
        });
    }

    private static string Text(string[] lines) => string.Join('\n', lines);

    private void Begin(TcpSource source)
    {
        var options = new TcpInstrumentationOptions
        {
            Namespaces = NamespaceScope.All,
            PodLogs = "",
            ContainerLogs = "",
            Source = source,
            CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            MaxNamespaces = TcpInstrumentationOptions.GreatestMaxNamespaces,
            CollectionTimeout = TimeSpan.FromMinutes(1),
            ReadTimeout = TimeSpan.FromMinutes(1),
        };
        options.Metrics.Services = true;
        _meter = MeterHarness.Of(options, _time, out _);
    }

    private ServiceSockets Create(int clients)
    {
        ServiceSockets made = ServiceSockets.CreateOrSkip(clients);
        _spaces.Add(made);
        return made;
    }

    private Dictionary<string, ExportedMetric> Collect() => _meter!.Collect();

    /// <summary>Services line by line, the sum of all, and the ports in use: not a series more, also none of 0.</summary>
    private static bool IsAsSs(Dictionary<string, ExportedMetric> metrics, ServiceSockets space)
    {
        string[] lines = space.Ss();
        Of(metrics, Services, space.Name).ShouldBe(lines);
        SumOf(metrics, MeterHarness.Connections, space).ShouldBe(SumOf(metrics, Services, space));
        Of(metrics, Used, space).ShouldBe(space.SsUsed(32_768, 60_999));
        Of(metrics, Limit, space).ShouldBe(60_999 - 32_768 + 1, "a namespace begins with the default");
        return true;
    }

    private static string[] Of(Dictionary<string, ExportedMetric> metrics, string metric, string number) =>
    [
        .. metrics[metric].Points.Where(point => point.Key.StartsWith($"linux.netns.inode={number} ", StringComparison.Ordinal))
            .Select(point => (Tags: point.Key.Split(' ').ToDictionary(tag => tag.Split('=')[0], tag => tag.Split('=')[1], StringComparer.Ordinal), point.Value))
            .Select(point => $"{point.Tags["tcp.role"]} {point.Tags["server.port"]} {point.Tags["network.connection.state"]} {point.Value}")
            .Order(StringComparer.Ordinal),
    ];

    private static long Of(Dictionary<string, ExportedMetric> metrics, string metric, ServiceSockets space) =>
        metrics[metric].Points[$"linux.netns.inode={space.Name}"];

    private static long SumOf(Dictionary<string, ExportedMetric> metrics, string metric, ServiceSockets space) => metrics[metric].Points
        .Where(point => point.Key.StartsWith($"linux.netns.inode={space.Name} ", StringComparison.Ordinal))
        .Sum(point => point.Value);

    /// <summary>Of any metric.</summary>
    private static string[] PointsOf(Dictionary<string, ExportedMetric> metrics, string number) =>
    [
        .. metrics.Values.SelectMany(metric => metric.Points.Keys)
            .Where(tags => tags.Split(' ').Contains($"linux.netns.inode={number}", StringComparer.Ordinal)),
    ];

    /// <summary>The system's clock, moved on by as much as is wanted; acts when it has been asked so many times.</summary>
    private sealed class MovingTime : TimeProvider
    {
        private TimeSpan _ahead;
        private Action? _hook;
        private int _left;
        private int _questions;

        public void Advance(TimeSpan by) => _ahead += by;

        public void After(int questions, Action? hook) => (_left, _hook) = (questions, hook);

        public int QuestionsOf(Action work)
        {
            int before = _questions;
            work();
            return _questions - before;
        }

        public override long GetTimestamp()
        {
            _questions++;
            if (_hook is { } hook && _left-- == 0)
            {
                _hook = null;
                hook();
            }

            return base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
        }
    }
}
