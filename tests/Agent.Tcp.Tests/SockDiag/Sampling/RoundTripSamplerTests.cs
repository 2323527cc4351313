using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

/// <summary>Samples of tables whose ports are as servers and clients have them, in the order that the kernel's hash gives them.</summary>
public sealed class RoundTripSamplerTests
{
    private const int Most = 500;

    public static TheoryData<string> Populations => [.. All.Keys];

    private static Dictionary<string, Func<Random, PortPair>> All { get; } = new(StringComparer.Ordinal)
    {
        ["a server's clients"] = random => new(443, Ephemeral(random)),
        ["clients of one port"] = random => new(Ephemeral(random), 5432),
        ["a server above the ephemeral ports"] = random => new(61_000, Ephemeral(random)),
        ["a server among the ephemeral ports"] = random => new(50_051, Ephemeral(random)),
        ["both ends, on loopback"] = random => random.Next(2) == 0 ? new(8080, Ephemeral(random)) : new(Ephemeral(random), 8080),
        ["both ephemeral"] = random => new(Ephemeral(random), Ephemeral(random)),
        ["behind NAT, any port"] = random => new(443, (ushort)random.Next(1024, 65_536)),
        ["clients whose ports follow one another"] = random => Following(random, peers: 5),
        ["few pairs, many addresses"] = random => new(179, (ushort)random.Next(50_000, 50_400)),
        ["a proxy of both roles"] = random => random.Next(10) switch
        {
            < 5 => new(443, Ephemeral(random)),
            < 9 => new(Ephemeral(random), (ushort)(8000 + random.Next(4))),
            _ => new((ushort)random.Next(1024), (ushort)random.Next(1024)),
        },
        ["the edges of the plane"] = random => new((ushort)(random.Next(2) * 65_535), Ephemeral(random)),
    };

    [Theory]
    [MemberData(nameof(Populations))]
    public void Read_OfAnyPorts_SamplesEachConnectionOnceInARound(string name)
    {
        using var collections = new Collections(Ports(name, 8_000, seed: 1));
        var sizes = new List<int>();
        int[] times = new int[8_000];
        while (collections.Table.Dumps < 4)
        {
            List<int> sample = collections.Next();
            sizes.Add(sample.Count);
            sample.ForEach(connection => times[connection]++);
        }

        // Three rounds, and the beginning of a fourth.
        times.ShouldAllBe(count => count == 3 || count == 4);
        sizes.ShouldAllBe(size => size > Most - TableOfConnections.RowsInDatagram && size <= Most);
    }

    /// <summary>Whatever the ports: a part that has none, or all of them, is only smaller or larger.</summary>
    [Theory]
    [MemberData(nameof(Populations))]
    public void Read_InParts_SamplesEachConnectionOnceInARound(string name)
    {
        const int Parts = 8;
        using var collections = new Collections(Ports(name, 8_000, seed: 1), parts: Parts);
        var sizes = new List<int>();
        int[] times = new int[8_000];
        while (collections.Table.Dumps < 3 * Parts)
        {
            List<int> sample = collections.Next();
            sizes.Add(sample.Count);
            sample.ForEach(connection => times[connection]++);
        }

        // The last round may be under way.
        int rounds = (collections.Table.Dumps - 1) / Parts;
        times.ShouldAllBe(count => count == rounds || count == rounds + 1);
        sizes.ShouldAllBe(size => size > 0 && size <= Most);
        sizes.Average().ShouldBeGreaterThan(Most * 0.6, name);
    }

    [Fact]
    public void Read_InPartsByAKernelWithoutFilters_SamplesTheSame()
    {
        using var collections = new Collections(Ports("a proxy of both roles", 4_000, seed: 1), parts: 4, knowsFilters: false);
        int[] times = new int[4_000];
        while (collections.Table.Dumps < 9)
        {
            collections.Next().ForEach(connection => times[connection]++);
        }

        times.ShouldAllBe(count => count == 2 || count == 3);
    }

    /// <summary>
    /// Two destinations, one near and one far, whose connections are next to one another in the hash: a few collections must not
    /// be of one of them only.
    /// </summary>
    [Fact]
    public void Read_ClientsOfTwoPeers_HasBothInEveryFewCollections()
    {
        const int Connections = 20_000;
        const int Window = 6;
        ushort[] local = [.. Enumerable.Range(32_768, 28_232).Select(port => (ushort)port)];
        new Random(3).Shuffle(local);
        PortPair[] table =
        [
            .. local[..(Connections / 2)].Order().Select(port => new PortPair(port, 5432)),
            .. local[^(Connections / 2)..].Order().Select(port => new PortPair(port, 6379)),
        ];
        using var collections = new Collections(table, parts: (int)Math.Ceiling(Connections / (2.0 * Most)), seed: 4);
        double[] shares = [.. Enumerable.Range(0, 200).Select(_ => collections.Next()).Chunk(Window).Select(
            window => window.Average(sample => sample.Count(connection => connection < Connections / 2) / (double)sample.Count))];

        // In the order of the hash alone, windows of nothing but one peer follow one another.
        shares.Min().ShouldBeGreaterThan(0.25);
        shares.Max().ShouldBeLessThan(0.75);
    }

    /// <summary>The ports of each are next to one another, and its connections in the hash.</summary>
    [Fact]
    public void Read_ClientsOfTenPeersWithPortsThatFollowOneAnother_HasEachInEveryFewCollections()
    {
        const int Peers = 10;
        const int OfEach = 2_000;
        var random = new Random(6);
        int[] firsts = [.. Enumerable.Range(0, Peers).Select(_ => random.Next(32_768, 61_000 - (2 * OfEach)))];
        PortPair[] table =
        [
            .. Enumerable.Range(0, Peers * OfEach).Select(
                connection => new PortPair((ushort)(firsts[connection / OfEach] + (2 * (connection % OfEach))), (ushort)(8_000 + (connection / OfEach)))),
        ];
        using var collections = new Collections(table, parts: table.Length / (2 * Most), seed: 4);
        for (int window = 0; window < 50; window++)
        {
            List<int> sample = [.. Enumerable.Range(0, 6).SelectMany(_ => collections.Next())];
            for (int peer = 0; peer < Peers; peer++)
            {
                double share = sample.Count(connection => connection / OfEach == peer) / (double)sample.Count;
                share.ShouldBeInRange(0.02, 0.25, $"window {window}, peer {peer}");
            }
        }
    }

    /// <summary>Its port is ephemeral by its number, so that the first round has it in one part: many collections of nothing else.</summary>
    [Fact]
    public void Read_AServiceAmongTheEphemeralPorts_IsInEveryPartOfTheSecondRound()
    {
        const int Connections = 20_000;
        const int Parts = 20;
        var random = new Random(5);
        PortPair[] table =
        [
            .. Enumerable.Range(0, Connections * 3 / 4).Select(_ => new PortPair(50_051, Ephemeral(random))),
            .. Enumerable.Range(0, Connections / 4).Select(_ => new PortPair(443, Ephemeral(random))),
        ];
        random.Shuffle(table);
        using var collections = new Collections(table, parts: Parts, seed: 4);
        while (collections.Table.Dumps <= Parts)
        {
            collections.Next();
        }

        int[] times = new int[Connections];
        var shares = new List<double>();
        while (collections.Table.Dumps <= 3 * Parts)
        {
            List<int> sample = collections.Next();
            sample.ForEach(connection => times[connection]++);
            shares.Add(sample.Count(connection => table[connection].Local == 443) / (double)sample.Count);
        }

        shares.Chunk(6).Where(window => window.Length == 6).ShouldAllBe(window => window.Average() > 0.15 && window.Average() < 0.35);
        times.ShouldAllBe(count => count >= 1 && count <= 3);
    }

    /// <summary>
    /// A collection at any time, of many nodes whose hashes have secrets of their own: a connection's chance does not depend
    /// on its ports.
    /// </summary>
    [Theory]
    [MemberData(nameof(Populations))]
    public void Read_OfAnyPorts_GivesEachConnectionTheSameChance(string name)
    {
        const int Nodes = 300;
        const int Groups = 10;
        long[] byLocal = new long[Groups];
        long[] byRemote = new long[Groups];
        for (int seed = 0; seed < Nodes; seed++)
        {
            PortPair[] ports = Ports(name, 2_500, seed);
            int[] localRanks = Ranks(ports, one => (one.Local, one.Remote));
            int[] remoteRanks = Ranks(ports, one => (one.Remote, one.Local));
            using var collections = new Collections(ports);
            for (int collection = seed % 12; collection > 0; collection--)
            {
                collections.Next();
            }

            foreach (int connection in collections.Next())
            {
                byLocal[localRanks[connection] * Groups / ports.Length]++;
                byRemote[remoteRanks[connection] * Groups / ports.Length]++;
            }
        }

        // Where all have one peer, a fifth is drawn as a whole: 300 draws, of which each tenth gets 60, +- 7.
        double expected = byLocal.Sum() / (double)Groups;
        expected.ShouldBeGreaterThan(Nodes * (Most - TableOfConnections.RowsInDatagram) / Groups);
        byLocal.ShouldAllBe(count => Math.Abs(count - expected) < expected * 0.4, name);
        byRemote.ShouldAllBe(count => Math.Abs(count - expected) < expected * 0.4, name);
    }

    [Fact]
    public void Read_FewConnections_IsAllOfThemEachTimeByOneDump()
    {
        using var collections = new Collections(Ports("a proxy of both roles", Most - TableOfConnections.RowsInDatagram, seed: 3));
        for (int collection = 1; collection <= 10; collection++)
        {
            collections.Next().ShouldBe(Enumerable.Range(0, Most - TableOfConnections.RowsInDatagram));
            collections.Table.Dumps.ShouldBe(collection);
        }
    }

    [Fact]
    public void Read_NoConnections_IsNone()
    {
        using var collections = new Collections([]);
        collections.Next().ShouldBeEmpty();
        collections.Next().ShouldBeEmpty();
        collections.Table.Dumps.ShouldBe(2);
    }

    /// <summary>One of many namespaces, say: a datagram holds more than its share.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Read_FewerThanADatagramHolds_ChoosesAnyOfThem(int most)
    {
        const int Connections = 400;
        using var collections = new Collections(Ports("a server's clients", Connections, seed: 4), most);
        int[] times = new int[Connections];
        for (int collection = 0; collection < 20_000; collection++)
        {
            List<int> sample = collections.Next();
            sample.Count.ShouldBe(most);
            sample.ForEach(connection => times[connection]++);
        }

        double expected = 20_000.0 * most / Connections;
        for (int datagram = 0; datagram < Connections / TableOfConnections.RowsInDatagram; datagram++)
        {
            times.Skip(datagram * TableOfConnections.RowsInDatagram).Take(TableOfConnections.RowsInDatagram).Average()
                .ShouldBe(expected, expected * 0.5, $"datagram {datagram}");
        }

        times.Min().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Read_TableShrinksAndGrows_IsNeverMoreThanMayAndOfConnectionsThatAreThere()
    {
        PortPair[] all = Ports("a proxy of both roles", 60_000, seed: 5);
        using var collections = new Collections(all);
        foreach (int connections in (int[])[60_000, 200, 20_000, 500, 600, 0, 40_000])
        {
            collections.Table.Table = all[..connections];
            for (int collection = 0; collection < 50; collection++)
            {
                List<int> sample = collections.Next();
                sample.Count.ShouldBeLessThanOrEqualTo(Most);
                sample.ShouldAllBe(connection => connection < connections);
                (sample.Count > 0 || connections == 0).ShouldBeTrue($"{connections}");
            }
        }
    }

    /// <summary>The clock tells a millisecond more each time it is read: after each datagram.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 4)]
    [InlineData(100, 6)]
    public void Read_UntilTheTimeIsSpent_GoesOnWithTheNext(int milliseconds, int datagrams)
    {
        var clock = TimeSpan.Zero;
        using var collections = new Collections(
            Ports("clients of one port", 10_000, seed: 6),
            cpu: () => clock += TimeSpan.FromMilliseconds(1),
            may: TimeSpan.FromMilliseconds(milliseconds));

        // Not after the first datagram of a dump: the kernel has made the second one by then.
        int first = datagrams * TableOfConnections.RowsInDatagram;
        collections.Next().ShouldBe(Enumerable.Range(0, first));
        int[] next = [.. collections.Next()];
        next[0].ShouldBe(first);
        next.Length.ShouldBe(Math.Clamp(milliseconds, 1, 6) * TableOfConnections.RowsInDatagram);
    }

    [Fact]
    public void Read_DumpRefused_IsNoSampleAndBeginsAnew()
    {
        using var transport = new FakeTransport(
            messages => [(Step)messages.Error(22)],
            messages => [(Step)DiagMessages.Datagram([messages.Socket(80, 40_000, [])]), (Step)messages.Done()]);
        var exchange = new SockDiagExchange(TimeProvider.System, new ReadLimit(TimeProvider.System, TimeSpan.FromSeconds(10)));
        var sampler = new RoundTripSampler(exchange, () => TimeSpan.Zero);
        using var walk = new SampleWalk(transport, new Random(1));
        var sample = new RoundTripSample(Most, new Random(8));
        var limit = new SampleLimit(Most, TimeSpan.FromSeconds(1));

        sampler.Read(walk, limit, sample).ShouldBe(new SockDiagResult(SockDiagFault.Refused, 22));
        sample.OfNamespace.Count.ShouldBe(0);
        transport.IsOpen.ShouldBeFalse();

        sampler.Read(walk, limit, sample).IsWhole.ShouldBeTrue();
        sample.OfNamespace.Count.ShouldBe(1);
        transport.Opened.ShouldBe(2);
    }

    [Fact]
    public void Read_DumpFailsOnItsWay_IsNoSampleOfTheNamespaceAndLeavesTheOthers()
    {
        using var transport = new FakeTransport(
            messages => [(Step)DiagMessages.Datagram([messages.Socket(80, 40_000, [])]), Step.Fails(105)]);
        var exchange = new SockDiagExchange(TimeProvider.System, new ReadLimit(TimeProvider.System, TimeSpan.FromSeconds(10)));
        var sampler = new RoundTripSampler(exchange, () => TimeSpan.Zero);
        using var walk = new SampleWalk(transport, new Random(1));
        var sample = new RoundTripSample(Most, new Random(9));
        sample.Begin(Most);
        sample.Add(new RoundTrip(PeerScope.Public, 1, null));

        sampler.Read(walk, new SampleLimit(Most, TimeSpan.FromSeconds(1)), sample).Fault.ShouldBe(SockDiagFault.Overrun);
        sample.OfNamespace.Count.ShouldBe(0);
        sample.Left.ShouldBe(Most - 1);
        walk.IsUnderWay.ShouldBeFalse();
    }

    /// <summary>As the kernel gives them: to each peer every second port from some port on.</summary>
    private static PortPair Following(Random random, int peers)
    {
        int peer = random.Next(peers);
        return new PortPair((ushort)(33_000 + (4_321 * peer) + (2 * random.Next(2_000))), (ushort)(5_432 + peer));
    }

    private static ushort Ephemeral(Random random) => (ushort)random.Next(32_768, 61_000);

    /// <summary>
    /// In the order of the hash of Linux 6.15, in which those of one peer follow one another by their local port
    /// (net/ipv4/inet_hashtables.c, <c>inet_ehashfn</c>); older ones have any order. The secret is the seed.
    /// </summary>
    private static PortPair[] Ports(string name, int connections, int seed)
    {
        const int Buckets = 1 << 16;
        var random = new Random(seed);
        uint secret = (uint)random.Next();
        return
        [
            .. Enumerable.Range(0, connections).Select(_ => All[name](random))
                .OrderBy(ports => (ports.Local + Hash(ports.Remote ^ secret)) % Buckets),
        ];
    }

    private static uint Hash(uint value)
    {
        value = (value ^ (value >> 16)) * 0x7FEB352D;
        value = (value ^ (value >> 15)) * 0x846CA68B;
        return (value ^ (value >> 16)) & 0xFFFFFF;
    }

    private static int[] Ranks(PortPair[] table, Func<PortPair, (ushort, ushort)> by)
    {
        int[] order = [.. Enumerable.Range(0, table.Length).OrderBy(index => by(table[index]))];
        int[] ranks = new int[table.Length];
        for (int place = 0; place < order.Length; place++)
        {
            ranks[order[place]] = place;
        }

        return ranks;
    }

    /// <summary>One agent's collections of a table.</summary>
    private sealed class Collections : IDisposable
    {
        private readonly RoundTripSample _sample;
        private readonly RoundTripSampler _sampler;
        private readonly SampleWalk _walk;
        private readonly SampleLimit _limit;

        public Collections(
            PortPair[] table, int most = Most, Func<TimeSpan>? cpu = null, TimeSpan? may = null, int parts = 1, int seed = 1, bool knowsFilters = true)
        {
            var limit = new ReadLimit(TimeProvider.System, TimeSpan.FromMinutes(1));
            Table = new TableOfConnections(table, knowsFilters);
            _sample = new RoundTripSample(most, new Random(7));
            _sampler = new RoundTripSampler(new SockDiagExchange(TimeProvider.System, limit), cpu ?? (() => TimeSpan.Zero));
            _walk = new SampleWalk(Table, new Random(seed));
            _limit = new SampleLimit(most, may ?? TimeSpan.FromMilliseconds(1), parts);
        }

        public TableOfConnections Table { get; }

        /// <summary>Numbers of the connections that it samples, from 0.</summary>
        public List<int> Next()
        {
            _sample.Clear();
            _sampler.Read(_walk, _limit, _sample).IsWhole.ShouldBeTrue();
            return [.. _sample.OfNamespace.Select(one => (int)one.Microseconds!.Value - 1)];
        }

        public void Dispose() => _walk.Dispose();
    }
}
