using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Kernel;
using Agent.Tcp.Tests.SockDiag.Sampling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class SliceFilterCodeTests
{
    private const uint Established = 1u << (int)TcpState.Established;

    /// <summary>The ephemeral ports, how many parts, and a service among them.</summary>
    public static TheoryData<int, int, int, int> Ranges => new()
    {
        { 32_768, 60_999, 7, 0 },
        { 32_768, 60_999, 7, 50_051 },
        { 32_768, 60_999, 7, 32_768 },
        { 32_768, 60_999, 7, 60_999 },
        { 1_024, 65_535, 13, 65_535 },
        { 0, 65_535, 3, 0 },
        { 0, 65_535, 3, 1 },
        { 40_000, 40_002, 256, 40_001 },
        { 1, 1, 2, 0 },
        { 1, 1, 2, 1 },
        { 32_768, 60_999, 2, 0 },
        { 32_768, 60_999, 1_000, 0 },
    };

    [Fact]
    public void Write_Everything_IsNothing() => SliceFilterCode.Write([], PortSlice.All).ShouldBe(0);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Write_AnySlice_AcceptsWhatItContainsAndEachPairIsInOne(int first, int last, int parts, int service)
    {
        var random = new Random(1);
        ushort[] edges = [0, 1, (ushort)first, (ushort)last, (ushort)(first - 1), (ushort)(last + 1), (ushort)service, 443, 8080, 65_535];
        PortPair[] pairs =
        [
            .. edges.SelectMany(local => edges.Select(remote => new PortPair(local, remote))),
            .. Enumerable.Range(0, 500).Select(_ => new PortPair((ushort)random.Next(65_536), (ushort)random.Next(65_536))),
        ];
        int[] times = new int[pairs.Length];
        byte[] buffer = new byte[SliceFilterCode.MaxSize];
        for (int part = 0; part < parts; part++)
        {
            var slice = new PortSlice((ushort)first, (ushort)last, part, parts, (ushort)service);
            int length = SliceFilterCode.Write(buffer, slice);
            BitConverter.ToUInt16(buffer).ShouldBe((ushort)length);
            for (int index = 0; index < pairs.Length; index++)
            {
                bool accepts = TableOfConnections.Accepts(buffer.AsSpan(4..length), pairs[index]);
                accepts.ShouldBe(slice.Contains(pairs[index].Local, pairs[index].Remote), $"{slice} {pairs[index]}");
                times[index] += accepts ? 1 : 0;
            }
        }

        times.ShouldAllBe(count => count == 1);
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Write_AnySlice_FitsInWhatThereIsForIt(int first, int last, int parts, int service)
    {
        for (int count = 2; count <= 4 * parts; count++)
        {
            SliceFilterCode.Write(new byte[SliceFilterCode.MaxSize], new PortSlice((ushort)first, (ushort)last, count - 1, count, (ushort)service))
                .ShouldBeGreaterThan(0);
        }
    }

    /// <summary>Of the ports that the kernel gives to connections to one peer, every second from some port on, each part has some.</summary>
    [Theory]
    [InlineData(8, 1_000)]
    [InlineData(25, 1_000)]
    [InlineData(256, 2_000)]
    public void Contains_PortsThatFollowOneAnother_AreInEveryPart(int parts, int connections)
    {
        int[] sizes = new int[parts];
        for (int connection = 0; connection < connections; connection++)
        {
            var local = (ushort)(41_234 + (2 * connection));
            sizes[Enumerable.Range(0, parts).Single(part => new PortSlice(32_768, 60_999, part, parts).Contains(local, 443))]++;
        }

        sizes.Min().ShouldBeGreaterThan(0);
        sizes.Max().ShouldBeLessThan((3 * connections / parts) + 4);
    }

    /// <summary>By the kernel's own reading of it: both ends of each connection, of a server below the ephemeral ports and one among them.</summary>
    [Theory]
    [InlineData(SocketFamily.Inet)]
    [InlineData(SocketFamily.Inet6)]
    public void Dump_ByTheKernel_ListsEachSocketInItsPart(SocketFamily family)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        space.Run(() =>
        {
            IPAddress address = family == SocketFamily.Inet ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            var open = new List<KernelSocket>();
            var ends = new List<PortPair>();
            using var low = KernelSocket.Create(family);
            low.BindTo(address, 443);
            low.StartListening();
            using KernelSocket high = KernelSocket.Listen(family, address);
            for (int connection = 0; connection < 40; connection++)
            {
                KernelSocket client = KernelSocket.Create(family);
                open.Add(client);
                ushort server = connection % 2 == 0 ? (ushort)443 : high.LocalPort();
                client.Connect(new IPEndPoint(address, server));
                ends.AddRange([new(client.LocalPort(), server), new(server, client.LocalPort())]);
            }

            List(PortSlice.All).ShouldBe(ends, ignoreOrder: true);
            foreach ((int parts, ushort service) in ((int, ushort)[])[(2, 0), (5, 0), (5, high.LocalPort()), (25, high.LocalPort()), (600, 0)])
            {
                for (int part = 0; part < Math.Min(parts, 25); part++)
                {
                    var slice = new PortSlice(SampleLimit.DefaultFirstPort, SampleLimit.DefaultLastPort, part, parts, service);
                    List(slice).ShouldBe(ends.Where(pair => slice.Contains(pair.Local, pair.Remote)), ignoreOrder: true, $"{slice}");
                }
            }

            open.ForEach(one => one.Dispose());
        });
    }

    private static List<PortPair> List(PortSlice slice)
    {
        using var transport = new NetlinkTransport();
        var sink = new Ports();
        var query = new SockDiagQuery(null, Established, Slice: slice);
        new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, sink).ShouldBe(default);
        return sink.Seen;
    }

    private sealed class Ports : ISockDiagSink
    {
        public List<PortPair> Seen { get; } = [];

        public void Begin() => Seen.Clear();

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            Seen.Add(new PortPair(InetDiag.HostOrder(message.id.idiag_sport), InetDiag.HostOrder(message.id.idiag_dport)));
            return true;
        }
    }
}
