using System.Net;
using Agent.Tcp.Snapshots;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Real sockets in real states, each test in a network namespace of its own: what a source counts must be what was
/// made, by state, network type and socket family, and what <c>ss</c> says.
/// </summary>
public sealed class SocketStateTests(ITestOutputHelper output)
{
    /// <summary>Every state that user space can bring about and the kernel lists.</summary>
    private static readonly TcpState[] MadeStates =
    [
        TcpState.Listen,
        TcpState.Established,
        TcpState.SynSent,
        TcpState.SynReceived,
        TcpState.FinWait1,
        TcpState.FinWait2,
        TcpState.CloseWait,
        TcpState.TimeWait,
        TcpState.LastAck,
        TcpState.Closing,
    ];

    public static TheoryData<string> Sources { get; } = [.. KernelSource.Names];

    public static MatrixTheoryData<string, TcpState, string> SourcesStatesKinds { get; } =
        new(KernelSource.Names, MadeStates, Enum.GetNames<TcpSocketKind>());

    public static MatrixTheoryData<string, string> SourcesKinds { get; } =
        new(KernelSource.Names, Enum.GetNames<TcpSocketKind>());

    [Theory]
    [MemberData(nameof(SourcesStatesKinds))]
    public void Read_SocketMadeInAState_IsCountedAsMadeAndAsSsSays(string source, TcpState state, string kind)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(Enum.Parse<TcpSocketKind>(kind));

        space.Run(() => workshop.Make(state));

        ShouldShow(source, space, workshop.Made);
    }

    [Theory]
    [MemberData(nameof(SourcesKinds))]
    public void Read_OrphanedFinWait2_IsCountedAsFinWait2UntilThePeerCloses(string source, string kind)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(Enum.Parse<TcpSocketKind>(kind));

        space.Run(workshop.MakeOrphanedFinWait2);
        ShouldShow(source, space, workshop.Made);

        workshop.Dispose();
        var left = new ConnectionCounts();
        left.Set(Enum.Parse<TcpSocketKind>(kind), TcpState.TimeWait, 1);
        ShouldShow(source, space, left);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Read_EveryStateAndKindAtOnce_CountsEachApart(string source)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        var made = new ConnectionCounts();
        var workshops = new List<SocketWorkshop>();
        try
        {
            int times = 1;
            foreach (TcpSocketKind kind in Enum.GetValues<TcpSocketKind>())
            {
                var workshop = new SocketWorkshop(kind);
                workshops.Add(workshop);
                foreach (TcpState state in MadeStates)
                {
                    // Each time another number, so that no two counts can be taken for each other.
                    times++;
                    space.Run(() => MakeTimes(workshop, state, times));
                }

                AddTo(made, workshop.Made);
            }

            ShouldShow(source, space, made);
        }
        finally
        {
            workshops.ForEach(workshop => workshop.Dispose());
        }
    }

    /// <summary>Tables of every length up to some pages, so also those that end with a full page.</summary>
    [Theory]
    [MemberData(nameof(SourcesKinds))]
    public void Read_TableOfAnyLength_CountsEverySocketOnce(string source, string kind)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(Enum.Parse<TcpSocketKind>(kind));
        for (int connections = 1; connections <= 60; connections++)
        {
            space.Run(() => workshop.Make(TcpState.Established));
            string counts = CountsText.Of(KernelSource.Read(source, space).Snapshot.Counts);
            counts.ShouldBe(CountsText.Of(workshop.Made));
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Read_Ipv4ClientOfADualStackListener_TellsTheWireFromTheFamily(string source)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using KernelSocket listener = space.Run(() => KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any));
        using KernelSocket client = space.Run(() => KernelSocket.Create(SocketFamily.Inet));
        client.Connect(new IPEndPoint(IPAddress.Loopback, listener.LocalPort()));
        using KernelSocket server = listener.Accept();

        var made = new ConnectionCounts();
        made.Set(TcpSocketKind.Ipv6Inet6, TcpState.Listen, 1);
        made.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, 1);
        made.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, 1);
        ShouldShow(source, space, made);
    }

    private static void MakeTimes(SocketWorkshop workshop, TcpState state, int times)
    {
        for (int time = 0; time < times; time++)
        {
            workshop.Make(state);
        }
    }

    private static void AddTo(ConnectionCounts sum, ConnectionCounts counts)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            (TcpSocketKind kind, TcpState state) = (ConnectionCounts.KindOf(slot), ConnectionCounts.StateOf(slot));
            sum.Set(kind, state, sum[kind, state] + counts[kind, state]);
        }
    }

    /// <summary>Segments on the way may still change a state, so the reading is repeated until it is the expected one.</summary>
    private void ShouldShow(string source, TestNamespace space, ConnectionCounts made)
    {
        string expected = CountsText.Of(made);
        KernelSource.Reading reading = KernelSource.Read(source, space);
        Poll.TryUntil(() =>
        {
            reading = KernelSource.Read(source, space);
            return string.Equals(CountsText.Of(reading.Snapshot.Counts), expected, StringComparison.Ordinal);
        });

        string listed = CountsText.Of(SsListing.Of(space));
        CountsText.Of(reading.Snapshot.Counts).ShouldBe(expected);
        listed.ShouldBe(expected, "ss disagrees with what was made");
        output.WriteLine($"{source} and ss: {listed.Replace("\n", ", ", StringComparison.Ordinal)}");
        reading.Errors.ShouldBeEmpty();
        reading.Snapshot[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading.Snapshot[SocketFamily.Inet6].ShouldBe(FamilyStatus.Read);
    }
}
