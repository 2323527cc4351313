using System.Net;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Real sockets in real states, each test in a network namespace of its own: what a source counts must be what was
/// made, by state, network type and socket family, and what <c>ss</c> says.
/// </summary>
public sealed class SocketStateTests(ITestOutputHelper output)
{
    public static MatrixTheoryData<string, TcpState, string> SourcesStatesKinds { get; } =
        new(KernelSource.Names, SocketWorkshop.States, Enum.GetNames<TcpSocketKind>());

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
    [MemberData(nameof(KernelTheories.SourcesKinds), MemberType = typeof(KernelTheories))]
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
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
    public void Read_EveryStateAndKindAtOnce_CountsEachApart(string source)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);

        ShouldShow(source, space, sockets.Made);
    }

    [Theory]
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
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

    /// <summary>Segments on the way may still change a state, so the reading is repeated until it is the expected one.</summary>
    private void ShouldShow(string source, TestNamespace space, ConnectionCounts made)
    {
        string expected = made.Describe();
        KernelSource reading = KernelSource.Read(source, space);
        Poll.TryUntil(() =>
        {
            reading = KernelSource.Read(source, space);
            return string.Equals(reading.Reading.Counts.Describe(), expected, StringComparison.Ordinal);
        });

        string listed = SsListing.Of(space).Describe();
        reading.Reading.Counts.Describe().ShouldBe(expected);
        listed.ShouldBe(expected, "ss disagrees with what was made");
        output.WriteLine($"{source} and ss: {listed}");
        reading.Errors.ShouldBeEmpty();
        reading.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Read);
    }
}
