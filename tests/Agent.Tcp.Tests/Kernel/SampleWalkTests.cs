using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Dumps that rest, of the kernel's own tables.</summary>
public sealed class SampleWalkTests : IDisposable
{
    private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
    private readonly SockDiagExchange _exchange = new(TimeProvider.System, new ReadLimit(TimeProvider.System, TimeSpan.FromSeconds(30)));
    private readonly SampleWalk _walk = new(new NetlinkTransport(), new Random(1));

    public void Dispose()
    {
        _walk.Dispose();
        _space.Dispose();
    }

    [Fact]
    public void Next_WhileOtherConnectionsComeAndGo_ListsEachThatStaysOnce()
    {
        using StableSockets stay = StableSockets.Open(_space, 6_000);
        _space.Run(() =>
        {
            var sink = new Ports();
            _exchange.Begin();
            _walk.Begin(_exchange, new SampleLimit(int.MaxValue, TimeSpan.MaxValue)).ShouldBe(default);
            int datagrams = 0;
            while (_walk.IsUnderWay)
            {
                _walk.Next(_exchange, sink).ShouldBe(default);
                if (++datagrams % 10 == 0)
                {
                    // They come and go between two parts of the dump.
                    using StableSockets others = StableSockets.Open(_space, 200);
                }
            }

            datagrams.ShouldBeGreaterThan(50);
            Dictionary<(ushort, ushort), int> times = sink.Seen.GroupBy(pair => pair).ToDictionary(pair => pair.Key, pair => pair.Count());
            times.Count.ShouldBe(6_000);
            times.Values.ShouldAllBe(count => count == 1);
        });
    }

    /// <summary>Where the kernel made the next part ahead, connections that ended while the dump rested would be in it.</summary>
    [Fact]
    public void Next_AfterARest_ListsOnlyWhatIsThereThen()
    {
        StableSockets gone = StableSockets.Open(_space, 4_000);
        _space.Run(() =>
        {
            var sink = new Ports();
            _exchange.Begin();
            _walk.Begin(_exchange, new SampleLimit(int.MaxValue, TimeSpan.MaxValue)).ShouldBe(default);
            do
            {
                _walk.Next(_exchange, sink).ShouldBe(default);
            }
            while (_walk.IsAhead || sink.Seen.Count < 500);

            sink.Seen.Count.ShouldBeLessThan(1_000);
            gone.Dispose();

            // A process that another test starts at this moment has copies of the descriptors until it becomes its program.
            Poll.Until(() => Established() == 0, "all connections have ended");
            sink.Seen.Clear();
            _exchange.Begin();
            while (_walk.IsUnderWay)
            {
                _walk.Next(_exchange, sink).ShouldBe(default);
            }

            sink.Seen.ShouldBeEmpty();
        });
    }

    private static int Established()
    {
        using var transport = new NetlinkTransport();
        var sink = new Ports();
        var query = new SockDiagQuery(null, 1u << (int)TcpState.Established, WithInfo: true);
        new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(30)).Read(query, sink).ShouldBe(default);
        return sink.Seen.Count;
    }

    private sealed class Ports : ISockDiagSink
    {
        public List<(ushort Local, ushort Remote)> Seen { get; } = [];

        public void Begin() => Seen.Clear();

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            message.idiag_state.ShouldBe((byte)TcpState.Established);
            InetDiagAttributes.Info(attributes).RoundTrip.ShouldNotBeNull();
            Seen.Add((InetDiag.HostOrder(message.id.idiag_sport), InetDiag.HostOrder(message.id.idiag_dport)));
            return true;
        }
    }
}
