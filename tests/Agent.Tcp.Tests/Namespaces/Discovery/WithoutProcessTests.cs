using System.Diagnostics;
using System.Globalization;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Real network namespaces that no process is in: held by a thread, a dead process's thread, a mount.</summary>
public sealed class WithoutProcessTests
{
    /// <summary>The main thread makes a namespace, starts another thread, and ends alone (exit(2), number 60 or 93).</summary>
    private const string LeaderEnds = """
        import ctypes, platform, threading, time
        libc = ctypes.CDLL(None)
        libc.unshare(0x40000000)
        threading.Thread(target=time.sleep, args=(1000,)).start()
        print("started", flush=True)
        libc.syscall(60 if platform.machine() == "x86_64" else 93, 0)
        """;

    [Fact]
    public void Refresh_ThreadInANamespaceOfItsOwn_FindsItAtOnceAndUntilItEnds()
    {
        using var discovery = new NamespaceDiscovery("/proc");
        TcpNamespace found;
        ulong table;
        using (TestNamespace space = TestNamespace.CreateOrSkip())
        {
            table = space.ToTcpNamespace().Inode;
            found = Find(discovery, table).ShouldNotBeNull();
            Libc.Inode(found.Tcp.Bytes).ShouldBe(table, "its table can be read");
            found.NetnsInode.ShouldBe(Libc.Inode(new ProcPath(space.File).Bytes));
            found.Kind.ShouldBe(NamespaceKind.Other);
            Find(discovery, table).ShouldBeSameAs(found);
        }

        // Thread.Join returns a moment before the kernel has taken the thread's directory away.
        SpinWait.SpinUntil(() => discovery.Refresh().All(one => one.Id != found.Id), TimeSpan.FromSeconds(10)).ShouldBeTrue();
    }

    [Fact]
    public void Refresh_ThreadThatLeavesLater_IsFoundByTurns()
    {
        using var discovery = new NamespaceDiscovery("/proc");
        discovery.Refresh();
        discovery.Refresh();
        using TestNamespace space = TestNamespace.CreateOrSkip();
        ulong table = space.ToTcpNamespace().Inode;

        Enumerable.Range(0, 3 * ProcessScan.RotationShare).ShouldContain(_ => Find(discovery, table) != null);
    }

    [Fact]
    public void Refresh_MainThreadEnds_FollowsTheNamespaceByAnotherThread()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make a network namespace.");
        Tool.SkipUnlessInstalled("python3", "python3");
        using var discovery = new NamespaceDiscovery("/proc");
        using Process process = Tool.Start("python3", "-c", LeaderEnds);
        try
        {
            process.StandardOutput.ReadLine().ShouldBe("started");
            string own = process.Id.ToString(CultureInfo.InvariantCulture);
            Poll.Until(() => Libc.Inode(ProcPath.OfNet("/proc", own, "tcp").Bytes) == 0, "the main thread has ended");
            string thread = Path.GetFileName(Directory.GetDirectories($"/proc/{own}/task").Single(one => !one.EndsWith($"/{own}", StringComparison.Ordinal)));
            ulong table = Libc.Inode(ProcPath.OfNet("/proc", thread, "tcp").Bytes);

            TcpNamespace found = Find(discovery, table).ShouldNotBeNull();

            found.Process.ShouldBe(thread);
            Find(discovery, table).ShouldBeSameAs(found);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Refresh_MountedNamespace_IsReadThroughAGuestUntilItIsUnmounted()
    {
        using var mounted = MountedNamespace.CreateOrSkip();
        using var discovery = new NamespaceDiscovery("/proc");

        TcpNamespace found = discovery.Refresh().Where(one => one.NetnsInode == mounted.Inode).ShouldHaveSingleItem();

        found.Kind.ShouldBe(NamespaceKind.Other);
        found.Attributes.ShouldBe([new("linux.netns.inode", mounted.Inode.ToString(CultureInfo.InvariantCulture))]);
        Libc.Inode(found.Tcp.Bytes).ShouldBe(found.Inode, "its tables are in procfs");
        discovery.Refresh().ShouldContain(found);

        mounted.Dispose();
        discovery.Refresh().ShouldNotContain(one => one.Id == found.Id);
        Poll.Until(() => Libc.Inode(found.Tcp.Bytes) == 0, "the guest has left");
    }

    [Fact]
    public void Refresh_ProcessEntersAMountedNamespace_TakesOverFromTheGuest()
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        using var mounted = MountedNamespace.CreateOrSkip();
        using var discovery = new NamespaceDiscovery("/proc");
        TcpNamespace before = discovery.Refresh().Single(one => one.NetnsInode == mounted.Inode);
        using Process process = Tool.Start("nsenter", $"--net={mounted.File}", "sleep", "1000");
        try
        {
            string own = process.Id.ToString(CultureInfo.InvariantCulture);
            Poll.Until(() => Libc.Inode(ProcPath.OfNet("/proc", own, "tcp").Bytes) == before.Inode, "the process is inside");

            TcpNamespace after = discovery.Refresh().Single(one => one.NetnsInode == mounted.Inode);

            (after.Process, after.Id).ShouldBe((own, before.Id));
            discovery.Refresh().ShouldContain(after);
            Libc.Inode(before.Tcp.Bytes).ShouldBe(0UL, "the guest has left");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Dispose_WithAGuestInside_LetsTheNamespaceEnd()
    {
        using var mounted = MountedNamespace.CreateOrSkip();
        TcpNamespace found;
        using (var discovery = new NamespaceDiscovery("/proc"))
        {
            found = discovery.Refresh().Single(one => one.NetnsInode == mounted.Inode);
        }

        Libc.Inode(found.Tcp.Bytes).ShouldBe(0UL);
    }

    [Fact]
    public void Refresh_SteadyWithAThreadAndAMount_AllocatesNothing()
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var mounted = MountedNamespace.CreateOrSkip();
        using var discovery = new NamespaceDiscovery("/proc");
        for (int warm = 0; warm < 2 * ProcessScan.RotationShare; warm++)
        {
            discovery.Refresh();
        }

        // Namespaces of other tests come and go, which may cost something.
        Poll.Until(
            () =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                discovery.Refresh();
                discovery.Refresh();
                return GC.GetAllocatedBytesForCurrentThread() == before;
            },
            "two refreshes allocate nothing");
    }

    private static TcpNamespace? Find(NamespaceDiscovery discovery, ulong table) =>
        discovery.Refresh().FirstOrDefault(one => one.Inode == table);

    /// <summary>A network namespace as <c>ip netns add</c> makes it.</summary>
    private sealed class MountedNamespace : IDisposable
    {
        private readonly string _name = $"agent-{Guid.NewGuid():n}";
        private bool _isDeleted;

        public string File => $"/run/netns/{_name}";

        public ulong Inode { get; private set; }

        public static MountedNamespace CreateOrSkip()
        {
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make a network namespace.");
            Tool.SkipUnlessInstalled("ip", "iproute2");
            var mounted = new MountedNamespace();
            Tool.Run("ip", "netns", "add", mounted._name);
            mounted.Inode = Libc.Inode(new ProcPath(mounted.File).Bytes);
            return mounted;
        }

        public void Dispose()
        {
            if (!_isDeleted)
            {
                _isDeleted = true;
                Tool.Run("ip", "netns", "del", _name);
            }
        }
    }
}
