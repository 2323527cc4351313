using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

/// <summary>Samples of tables whose ports are as servers and clients have them, listed in the order of their local ports.</summary>
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
    public void Read_OfAnyPorts_SamplesEachConnectionEquallyOften(string name)
    {
        using var table = new TableOfPorts(Ports(name, 8_000));
        int[] times = new int[table.Table.Length];
        var sizes = new List<int>();
        var collections = new Collections(table, seed: 2);

        for (int collection = 0; collection < 120; collection++)
        {
            List<int> sample = collections.Next();
            sizes.Add(sample.Count);
            sample.ForEach(connection => times[connection]++);
        }

        // In turn: in the middle of a round, some have had theirs once more.
        (times.Max() - times.Min()).ShouldBeLessThanOrEqualTo(1, name);
        times.Min().ShouldBeGreaterThanOrEqualTo(2, name);
        sizes.Max().ShouldBeLessThanOrEqualTo(Most);
        sizes.Average().ShouldBeGreaterThan(Most / 4.0, name);
        sizes.Count(size => size == 0).ShouldBeLessThan(sizes.Count / 20, name);
    }

    /// <summary>
    /// The first collections of many agents: a connection's chance does not depend on its ports, nor on its place in the list.
    /// </summary>
    [Theory]
    [MemberData(nameof(Populations))]
    public void Read_OfAnyPorts_GivesEachConnectionTheSameChance(string name)
    {
        const int Agents = 200;
        const int Groups = 10;
        using var table = new TableOfPorts(Ports(name, 2_500));
        int[] byRemote = Ranks(table.Table, ports => (ports.Remote, ports.Local));
        long[] byPlace = new long[Groups];
        long[] byPorts = new long[Groups];
        for (int seed = 0; seed < Agents; seed++)
        {
            foreach (int connection in new Collections(table, seed).Next())
            {
                byPlace[connection * Groups / table.Table.Length]++;
                byPorts[byRemote[connection] * Groups / table.Table.Length]++;
            }
        }

        // A cell of about a tenth is drawn as a whole: 200 draws, of which each tenth of the connections gets 20, +- 4.
        double expected = byPlace.Sum() / (double)Groups;
        expected.ShouldBeGreaterThan(Agents * Most / 4.0 / Groups, name);
        byPlace.ShouldAllBe(count => Math.Abs(count - expected) < expected * 0.6, name);
        byPorts.ShouldAllBe(count => Math.Abs(count - expected) < expected * 0.6, name);
    }

    [Fact]
    public void Read_FewConnections_IsAllOfThemEachTimeByOneDump()
    {
        using var table = new TableOfPorts(Ports("a proxy of both roles", Most));
        var collections = new Collections(table, seed: 3);
        for (int collection = 0; collection < 10; collection++)
        {
            collections.Next().ShouldBe(Enumerable.Range(0, Most), ignoreOrder: true);
            collections.HasLearned.ShouldBeFalse();
        }
    }

    [Fact]
    public void Read_OneLargePairOfPorts_SamplesItAtRandomAndTheOthersInTurn()
    {
        PortPair[] ports = [.. Enumerable.Repeat(new PortPair(179, 40_000), 5 * Most), .. Ports("a server's clients", 1_000)];
        using var table = new TableOfPorts(ports);
        int[] times = new int[ports.Length];
        var collections = new Collections(table, seed: 4);
        for (int collection = 0; collection < 2_000; collection++)
        {
            List<int> sample = collections.Next();
            sample.Count.ShouldBeLessThanOrEqualTo(Most);
            sample.ForEach(connection => times[connection]++);
        }

        int[] large = times[..(5 * Most)];
        int[] others = times[(5 * Most)..];
        (others.Max() - others.Min()).ShouldBeLessThanOrEqualTo(1);
        large.Average().ShouldBe(others.Average() / 5, others.Average() / 100);
        large.Take(Most).Average().ShouldBe(large.TakeLast(Most).Average(), large.Average() * 0.05);
    }

    [Fact]
    public void Read_TableShrinksAndGrows_IsNeverMoreThanMayAndSeldomFew()
    {
        PortPair[] all = Ports("a proxy of both roles", 60_000);
        using var table = new TableOfPorts(all);
        var collections = new Collections(table, seed: 5);
        var sizes = new List<int>();
        foreach (int connections in (int[])[60_000, 200, 20_000, 500, 600, 40_000])
        {
            table.Table = all[..connections];
            for (int collection = 0; collection < 50; collection++)
            {
                sizes.Add(collections.Next().Count);
                sizes[^1].ShouldBeLessThanOrEqualTo(Most);
            }
        }

        sizes.Average().ShouldBeGreaterThan(Most / 4.0);
        sizes.Count(size => size < Most / 20).ShouldBeLessThan(sizes.Count / 10);
    }

    [Fact]
    public void Read_OtherPortsAltogether_AreLearnedAndAllSampled()
    {
        using var table = new TableOfPorts(Ports("a server's clients", 10_000));
        var collections = new Collections(table, seed: 6);
        for (int collection = 0; collection < 50; collection++)
        {
            collections.Next();
        }

        table.Table = Ports("clients of one port", 10_000);
        var seen = new HashSet<int>();
        for (int collection = 0; collection < 150; collection++)
        {
            seen.UnionWith(collections.Next());
        }

        seen.Count.ShouldBe(table.Table.Length);
    }

    [Fact]
    public void Read_KernelWithoutFilters_SamplesTheSame()
    {
        using var table = new TableOfPorts(Ports("both ends, on loopback", 5_000), knowsFilters: false);
        var collections = new Collections(table, seed: 7);
        int[] times = new int[table.Table.Length];
        for (int collection = 0; collection < 100; collection++)
        {
            List<int> sample = collections.Next();
            sample.Count.ShouldBeLessThanOrEqualTo(Most);
            sample.ForEach(connection => times[connection]++);
        }

        (times.Max() - times.Min()).ShouldBeLessThanOrEqualTo(1);
        times.Min().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    public void Read_DumpRefused_IsNoSample(long established)
    {
        using var transport = new FakeTransport(messages => [(Step)messages.Error(22)]);
        var reader = new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10));
        var sampler = new RoundTripSampler(reader, new Random(8));
        var sample = new RoundTripSample(Most);

        sampler.Read(transport, sampler.CreatePlan(), new SampleSize(established, Most), sample)
            .ShouldBe(new SockDiagResult(SockDiagFault.Refused, 22));
        sample.OfNamespace.Count.ShouldBe(0);
    }

    private static ushort Ephemeral(Random random) => (ushort)random.Next(32_768, 61_000);

    /// <summary>In the order of local ports, as the hash of Linux 6.15 has those of one peer.</summary>
    private static PortPair[] Ports(string name, int connections)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, connections).Select(_ => All[name](random)).OrderBy(ports => ports.Local)];
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
    private sealed class Collections(TableOfPorts table, int seed)
    {
        private readonly RoundTripSample _sample = new(Most);
        private readonly RoundTripSampler _sampler =
            new(new SockDiagReader(table, TimeProvider.System, TimeSpan.FromMinutes(1)), new Random(seed));

        private SamplePlan? _plan;

        public bool HasLearned => _sample.HasLearned;

        /// <summary>Numbers of the connections that it samples, from 0.</summary>
        public List<int> Next()
        {
            _sample.Clear();
            _plan ??= _sampler.CreatePlan();
            _sampler.Read(table, _plan, new SampleSize(table.Table.Length, Most), _sample).IsWhole.ShouldBeTrue();
            return [.. _sample.OfNamespace.Select(one => (int)one.Microseconds!.Value - 1)];
        }
    }
}
