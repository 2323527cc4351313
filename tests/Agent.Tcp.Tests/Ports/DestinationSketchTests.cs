using Agent.Tcp.Ports;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Ports;

/// <summary>The sketch against exact counting, over destinations of every distribution and order.</summary>
public sealed class DestinationSketchTests
{
    private static readonly SocketEnd Local = SocketEnd.Of(SocketFamily.Inet, 0x7F000001, 0, 0, 0, 0);

    private readonly DestinationSketch _one = new();
    private readonly DestinationSketch _other = new();
    private readonly Dictionary<(SocketEnd Local, SocketEnd Remote), int> _exact = [];
    private int _sockets;

    public static MatrixTheoryData<string, int> Cases { get; } = new(
        ["one destination", "few", "as many as fit", "all different", "one among all different", "by rank", "the busiest last", "in turns"],
        [1, 2, 3]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Busiest_OfAnyDistribution_IsWithinTheErrorBelowTheTruth(string distribution, int seed)
    {
        var random = new Random(seed);
        foreach (int destination in Destinations(distribution, random))
        {
            Add(random.Next(2) == 0 ? _one : _other, Local, Remote(destination));
        }

        int truth = _exact.Values.Max();
        int busiest = DestinationSketch.Busiest(_one, _other);
        int error = _one.Error + _other.Error;
        busiest.ShouldBeInRange(truth - error, truth);
        error.ShouldBeLessThanOrEqualTo(_sockets / (DestinationSketch.Most + 1));
        if (_exact.Count <= DestinationSketch.Most)
        {
            busiest.ShouldBe(truth, "exact while every destination fits");
        }
    }

    [Fact]
    public void Busiest_LocalAddressRemoteAddressAndRemotePort_TellDestinationsApart()
    {
        SocketEnd remote = Remote(1);
        Add(_one, Local, remote, times: 5);
        Add(_one, Local with { Port = 9 }, remote, times: 1);
        Add(_one, Local, remote with { Port = 444 }, times: 2);
        Add(_one, Local, remote with { Low = remote.Low + 1 }, times: 3);
        Add(_one, Local, remote with { High = 1 }, times: 4);
        Add(_one, Local with { Low = Local.Low + 1 }, remote, times: 4);
        Add(_one, Local with { High = 1 }, remote, times: 4);

        DestinationSketch.Busiest(_one, _other).ShouldBe(6, "all local ports together");
    }

    [Fact]
    public void Busiest_OfBothFamilies_AddsUpOneDestination()
    {
        Add(_one, Local, Remote(1), times: 3);
        Add(_one, Local, Remote(2), times: 4);
        Add(_other, Local, Remote(1), times: 2);
        Add(_other, Local, Remote(3), times: 4);

        DestinationSketch.Busiest(_one, _other).ShouldBe(5);
        DestinationSketch.Busiest(_other, _one).ShouldBe(5);
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        for (int destination = 0; destination < 3 * DestinationSketch.Most; destination++)
        {
            Add(_one, Local, Remote(destination), times: 2);
        }

        _one.Error.ShouldBeGreaterThan(0);
        _one.Clear();
        _one.Error.ShouldBe(0);
        DestinationSketch.Busiest(_one, _other).ShouldBe(0);
        Add(_one, Local, Remote(7));
        DestinationSketch.Busiest(_one, _other).ShouldBe(1);
    }

    [Fact]
    public void Add_AnyNumberOfDestinations_AllocatesNothing()
    {
        int next = 0;
        Allocations.InSteadyState(
            () =>
            {
                for (int socket = 0; socket < 5_000; socket++)
                {
                    _one.Add(Local, Remote(next++));
                }
            },
            warmUps: 30,
            rounds: 30).ShouldBe(0);
    }

    private static SocketEnd Remote(int destination) => SocketEnd.Of(SocketFamily.Inet, 0x0A000000 + (uint)destination, 0, 0, 0, 443);

    private static IEnumerable<int> Destinations(string distribution, Random random)
    {
        const int Many = 40_000;
        switch (distribution)
        {
            case "one destination":
                return Enumerable.Repeat(7, 28_232);
            case "few":
                return Enumerable.Range(0, Many).Select(_ => random.Next(100));
            case "as many as fit":
                // Each sketch gets about half of the sockets, but may get every destination.
                return Enumerable.Range(0, Many).Select(socket => socket % DestinationSketch.Most);
            case "all different":
                return Enumerable.Range(0, Many);
            case "one among all different":
                return Enumerable.Range(1, Many).Select(socket => socket % 10 == 0 ? 0 : socket);
            case "by rank":
                // Zipf's law: the n-th destination has 1/n of the first one's sockets.
                return Enumerable.Range(0, Many).Select(_ => (int)Math.Pow(Many, random.NextDouble()));
            case "the busiest last":
                return Enumerable.Range(1, Many).Concat(Enumerable.Repeat(0, 500));
            default:
                return Enumerable.Range(0, Many).Select(socket => socket % (DestinationSketch.Most + 1 + random.Next(3)));
        }
    }

    private void Add(DestinationSketch sketch, SocketEnd local, SocketEnd remote, int times = 1)
    {
        for (int time = 0; time < times; time++)
        {
            sketch.Add(local, remote);
        }

        _exact[(local, remote)] = _exact.GetValueOrDefault((local, remote)) + times;
        _sockets += times;
    }
}
