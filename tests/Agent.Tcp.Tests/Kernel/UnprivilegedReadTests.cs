using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What a user with no privilege at all sees: all of it.</summary>
public sealed class UnprivilegedReadTests(ITestOutputHelper output)
{
    [Fact]
    public void Read_OtherNamespaceAsAUserWithoutCapabilities_GivesWhatRootSees()
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using ResidentProcess resident = ResidentProcess.StartIn(space);
        using var workshop = new SocketWorkshop(TcpSocketKind.Ipv4Inet6);
        space.Run(() => workshop.Make(TcpState.Established));

        // First as root, which also loads the code: the other user may not be allowed to open its files.
        string asRoot = Read(resident.Id).Counts.Describe();
        string asUser = UnprivilegedThread.Run(() => Read(resident.Id).Counts.Describe());

        output.WriteLine($"as uid {UnprivilegedThread.User}: {asUser}");
        asRoot.ShouldBe(workshop.Made.Describe());
        asUser.ShouldBe(asRoot);
    }

    [Theory]
    [MemberData(nameof(KernelTheories.Sources), MemberType = typeof(KernelTheories))]
    public void Read_OwnNamespaceAsAUserWithoutCapabilities_GivesWhatRootSees(string source)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);
        string asRoot = KernelSource.Read(source, space).Reading.Counts.Describe();
        TcpNamespace own = space.ToTcpNamespace();

        string asUser = space.Run(() => UnprivilegedThread.Run(() =>
        {
            using var reading = new KernelSource(source);
            reading.Read(own);
            reading.Errors.ShouldBeEmpty();
            return reading.Reading.Counts.Describe();
        }));

        asRoot.ShouldBe(sockets.Made.Describe());
        asUser.ShouldBe(asRoot);
    }

    private static Reading Read(int process)
    {
        var reading = new Reading();
        var space = new TcpNamespace("/proc", process.ToString(), NamespaceKind.Other, 0);
        new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromSeconds(30))).Read(space, default, reading);
        reading.Errors.ShouldBeEmpty();
        return reading;
    }
}
