using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>The kernel's own procfs, with namespaces made for the test.</summary>
public sealed class RealNamespaceTests : IDisposable
{
    /// <summary>The user of the container image.</summary>
    private const int OrdinaryUser = 65532;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            End(process);
            process.Dispose();
        }
    }

    [Fact]
    public void Refresh_OwnProc_FindsTheHostAndThisProcess()
    {
        var discovery = new NamespaceDiscovery("/proc");

        IReadOnlyList<TcpNamespace> found = discovery.Refresh();

        Assert.SkipWhen(discovery.Status.Host != HostStatus.Known, "Needs a /proc that shows PID 1.");
        found[0].Kind.ShouldBe(NamespaceKind.Host);
        found[0].Process.ShouldBe("1");
        found[0].Inode.ShouldBe(Libc.Inode(new ProcPath("/proc/1/net/tcp").Bytes));
        ulong own = Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes);
        found.ShouldContain(one => one.Inode == own);
        discovery.Status.Found.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Refresh_NamespacesThatComeAndGo_FollowsThem()
    {
        SkipUnlessRoot();
        var discovery = new NamespaceDiscovery("/proc");
        Process first = Start("unshare", "-n", "sleep", "1000");
        Process second = Start("unshare", "-n", "sleep", "1000");

        TcpNamespace one = Await(discovery, first);
        TcpNamespace other = Await(discovery, second);
        one.Inode.ShouldNotBe(other.Inode);
        one.Id.ShouldNotBe(other.Id);
        discovery.Refresh().ShouldContain(one, "it is the same instance again");

        End(first);
        IReadOnlyList<TcpNamespace> left = discovery.Refresh();
        left.ShouldNotContain(space => space.Id == one.Id);
        left.ShouldContain(other);
    }

    /// <summary>One that a mount kept before has a history, although all its processes are new.</summary>
    [Fact]
    public void Refresh_NamespacesThatGetAProcessLater_AreBornUnlessAMountKeptThem()
    {
        SkipUnlessRoot();
        Tool.SkipUnlessInstalled("ip", "iproute2");
        string name = $"agent-test-{Environment.ProcessId}";
        Tool.Run("ip", "netns", "add", name);
        try
        {
            Assert.SkipUnless(PinnedNamespaces.Exist("/proc"), "Needs the mounts of PID 1 to be this process's.");
            var discovery = new NamespaceDiscovery("/proc");
            discovery.Refresh();
            Assert.SkipWhen(discovery.Status is not { Host: HostStatus.Known, Denied: 0 }, "Needs a /proc that shows all processes.");

            Await(discovery, Start("ip", "netns", "exec", name, "sleep", "1000")).IsBorn.ShouldBeFalse();
            Await(discovery, Start("unshare", "-n", "sleep", "1000")).IsBorn.ShouldBeTrue();
        }
        finally
        {
            _processes.ForEach(End);
            Tool.Run("ip", "netns", "delete", name);
        }
    }

    [Fact]
    public void Refresh_RepresentativeIsKilled_AnotherProcessTakesOver()
    {
        SkipUnlessRoot();
        var discovery = new NamespaceDiscovery("/proc");
        Process first = Start("unshare", "-n", "sleep", "1000");
        TcpNamespace before = Await(discovery, first);
        Process second = Start("nsenter", $"--net=/proc/{first.Id}/ns/net", "sleep", "1000");
        AwaitTrue(() => InodeOf(second) == before.Inode);
        discovery.Refresh();

        End(first);

        TcpNamespace after = Await(discovery, second);
        after.Process.ShouldBe(Text(second.Id));
        (after.Id, after.Inode).ShouldBe((before.Id, before.Inode));
        Libc.Inode(after.Tcp.Bytes).ShouldBe(after.Inode, "its table can be read through the new process");
    }

    [Fact]
    public void Refresh_PidGivenAgainBetweenTwoRefreshes_IsAnotherNamespace()
    {
        const string LastPid = "/proc/sys/kernel/ns_last_pid";
        SkipUnlessRoot();
        Assert.SkipUnless(File.Exists(LastPid), $"Needs {LastPid} (CONFIG_CHECKPOINT_RESTORE), to have a PID given again.");
        var discovery = new NamespaceDiscovery("/proc");
        for (int attempt = 0; attempt < 50; attempt++)
        {
            Process first = Start("unshare", "-n", "sleep", "1000");
            TcpNamespace before = Await(discovery, first);
            End(first);
            File.WriteAllText(LastPid, Text(first.Id - 1));
            Process second = Start("unshare", "-n", "sleep", "1000");
            ulong own = Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes);
            AwaitTrue(() => InodeOf(second) != own);
            if (second.Id != first.Id)
            {
                // Somebody else was faster.
                End(second);
                continue;
            }

            IReadOnlyList<TcpNamespace> found = discovery.Refresh();

            found.ShouldNotContain(one => one.Id == before.Id);
            TcpNamespace after = found.Single(one => string.Equals(one.Process, before.Process, StringComparison.Ordinal));
            ulong inode = InodeOf(second);
            after.Inode.ShouldBe(inode);
            return;
        }

        Assert.Skip("Other processes of this machine took the PID each time.");
    }

    [Fact]
    public void Refresh_AsAnOrdinaryUser_FindsWhatRootFinds()
    {
        SkipUnlessRoot();
        Process process = Start("unshare", "-n", "sleep", "1000");
        var asRoot = new NamespaceDiscovery("/proc");
        TcpNamespace expected = Await(asRoot, process);
        var asUser = new NamespaceDiscovery("/proc");

        IReadOnlyList<TcpNamespace> found = RunAsOrdinaryUser(asUser.Refresh);

        found.ShouldContain(one => one.Inode == expected.Inode && one.Process == expected.Process);
        found[0].Kind.ShouldBe(NamespaceKind.Host);
        asUser.Status.Denied.ShouldBe(0);
        asUser.Status.Host.ShouldBe(HostStatus.Known);
    }

    [Theory]
    [InlineData("hidepid=1", (byte)HostStatus.Denied)]
    [InlineData("hidepid=2", (byte)HostStatus.Missing)]
    public void Refresh_ProcThatHidesProcesses_SaysSoAndGuessesNothing(string option, byte host)
    {
        SkipUnlessRoot();
        DirectoryInfo mount = Directory.CreateTempSubdirectory("agent-hidepid-");
        try
        {
            TestCalls.MountProc(mount.FullName, option);
            try
            {
                // As root first, which also loads the code: the other user may not be allowed to open its files.
                new NamespaceDiscovery(mount.FullName).Refresh()[0].Kind.ShouldBe(NamespaceKind.Host);
                var discovery = new NamespaceDiscovery(mount.FullName);

                IReadOnlyList<TcpNamespace> found = RunAsOrdinaryUser(discovery.Refresh);

                // A user's own processes are never hidden from it.
                found.ShouldAllBe(one => one.Kind == NamespaceKind.Other && one.Process != "1");
                discovery.Status.RootError.ShouldBe(0);
                discovery.Status.Host.ShouldBe((HostStatus)host);
                (discovery.Status.Denied > 0).ShouldBe((HostStatus)host == HostStatus.Denied);
            }
            finally
            {
                TestCalls.Unmount(mount.FullName);
            }
        }
        finally
        {
            mount.Delete();
        }
    }

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make namespaces and to become another user.");

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);

    private static ulong InodeOf(Process process) => Libc.Inode(ProcPath.OfNet("/proc", Text(process.Id), "tcp").Bytes);

    private static void AwaitTrue(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Patience);
            Thread.Sleep(TimeSpan.FromMilliseconds(10));
        }
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>The namespace that the process made or entered, once it has and discovery has found it.</summary>
    private static TcpNamespace Await(NamespaceDiscovery discovery, Process process)
    {
        ulong own = Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes);
        TcpNamespace? found = null;
        AwaitTrue(() =>
        {
            ulong inode = InodeOf(process);
            found = inode == own ? null : discovery.Refresh().FirstOrDefault(one => one.Inode == inode);
            return found is not null;
        });
        return found!;
    }

    private static T RunAsOrdinaryUser<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                TestCalls.BecomeUser(OrdinaryUser);
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private Process Start(string tool, params string[] arguments)
    {
        try
        {
            Process process = Process.Start(new ProcessStartInfo(tool, arguments))!;
            _processes.Add(process);
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"Needs {tool} (package util-linux).");
            throw;
        }
    }
}
