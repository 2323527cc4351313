using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Another user's process in another namespace, read with no privilege at all.</summary>
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
        string asRoot = CountsText.Of(Read(resident.Id).Counts);
        (string asUser, string status, bool powerless) = UnprivilegedThread.Run(() =>
        {
            string counts = CountsText.Of(Read(resident.Id).Counts);
            string credentials = File.ReadAllText("/proc/thread-self/status");
            return (counts, credentials, credentials.Contains("CapEff:\t0000000000000000", StringComparison.Ordinal));
        });

        output.WriteLine($"as uid {UnprivilegedThread.User}: {asUser}");
        status.ShouldContain($"Uid:\t{UnprivilegedThread.User}\t{UnprivilegedThread.User}");
        powerless.ShouldBeTrue("the thread still has capabilities");
        asRoot.ShouldBe(CountsText.Of(workshop.Made));
        asUser.ShouldBe(asRoot);
    }

    private static NamespaceSnapshot Read(int process)
    {
        var snapshot = new NamespaceSnapshot();
        var errors = new List<ReadError>();
        var space = new TcpNamespace("/proc", process.ToString(), NamespaceKind.Other, 0);
        snapshot.Begin(space, TcpSourceKind.Procfs);
        new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromSeconds(30))).Read(space, snapshot, errors);
        errors.ShouldBeEmpty();
        return snapshot;
    }
}
