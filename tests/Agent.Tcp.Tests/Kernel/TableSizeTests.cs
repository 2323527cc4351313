using System.Net;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Tables of the kernel's own from empty to many pages or datagrams.</summary>
public sealed class TableSizeTests
{
    [Theory]
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
    public void Read_EmptyNamespace_IsReadAsZero(string source)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();

        KernelSource reading = KernelSource.Read(source, space);

        reading.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Read);
        reading.Reading.Counts.Total.ShouldBe(0);
        reading.Errors.ShouldBeEmpty();
    }

    /// <summary>Tables of every length up to some pages, so also those that end with a full page.</summary>
    [Theory]
    [MemberData(nameof(KernelTheories.SourcesKinds), MemberType = typeof(KernelTheories))]
    public void Read_TableOfAnyLength_CountsEverySocketOnce(string source, string kind)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(Enum.Parse<TcpSocketKind>(kind));
        for (int connections = 1; connections <= 60; connections++)
        {
            space.Run(() => workshop.Make(TcpState.Established));
            KernelSource.Read(source, space).Reading.Counts.Describe().ShouldBe(workshop.Made.Describe());
        }
    }

    [Theory]
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
    public void Read_ManyListeners_CountsEachOnce(string source)
    {
        const int Listeners = 1_500;
        DescriptorLimit.RaiseOrSkip(Listeners);
        using TestNamespace space = TestNamespace.CreateOrSkip();
        List<KernelSocket> listeners = space.Run(() => Enumerable.Range(0, Listeners)
            .Select(_ => KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback))
            .ToList());

        KernelSource reading = KernelSource.Read(source, space);

        listeners.ForEach(listener => listener.Dispose());
        reading.Reading.Counts.Describe().ShouldBe($"Ipv4Inet/Listen={Listeners}");
        reading.Errors.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
    public void Read_Repeatedly_AllocatesNothing(string name)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);
        TcpNamespace own = space.ToTcpNamespace();

        long allocated = space.Run(() =>
        {
            using var source = new KernelSource(name);
            long bytes = Allocations.InSteadyState(() => source.Read(own), warmUps: 50, rounds: 100);
            source.Reading.Counts.Describe().ShouldBe(sockets.Made.Describe());
            source.Errors.ShouldBeEmpty();
            return bytes;
        });

        allocated.ShouldBe(0);
    }
}
