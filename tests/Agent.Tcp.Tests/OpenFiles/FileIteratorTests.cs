using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Tcp.OpenFiles;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.OpenFiles;

/// <summary>On the running kernel, beside the links of procfs.</summary>
public sealed class FileIteratorTests
{
    private const string ProcRoot = "/proc";

    [Fact]
    public void TryRead_SocketsOfThisProcess_AreThoseOfItsLinks()
    {
        SkipUnlessPossible();
        using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback);
        using KernelSocket client = KernelSocket.Create(SocketFamily.Inet6);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        uint[] inodes = [Inode(listener.Descriptor), Inode(client.Descriptor)];
        var links = new FoundSockets(inodes);
        new FileLinks(ProcRoot).Read(links, static () => false).ShouldBe(0);

        var all = new FoundSockets();
        new FileIterator(ProcRoot).TryRead(all, static () => false).ShouldBeTrue();
        var some = new FoundSockets(inodes);
        new FileIterator(ProcRoot).TryRead(some, static () => false).ShouldBeTrue();

        uint own = (uint)Environment.ProcessId;
        some.Pids.ShouldBe(inodes.ToDictionary(inode => inode, _ => own), ignoreOrder: true);
        links.Pids.ShouldBe(some.Pids, ignoreOrder: true);
        some.Names.ShouldBe(links.Names);
        some.Names[own].ShouldBe(File.ReadAllText("/proc/self/comm").TrimEnd('\n'));
        all.Pids[Inode((int)other.Handle)].ShouldBe(own, "a socket of any sort is told");
    }

    [Fact]
    public void TryRead_EveryProcess_HasTheSocketsThatItsLinksTell()
    {
        SkipUnlessPossible();
        using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback);
        var before = new FoundSockets();
        var found = new FoundSockets();
        var after = new FoundSockets();
        var links = new FileLinks(ProcRoot);
        links.Read(before, static () => false).ShouldBe(0);

        new FileIterator(ProcRoot).TryRead(found, static () => false).ShouldBeTrue();

        // Other tests open and close sockets meanwhile.
        links.Read(after, static () => false).ShouldBe(0);
        KeyValuePair<uint, uint>[] kept = [.. before.Pids.Intersect(after.Pids).Where(one => found.Pids.ContainsKey(one.Key))];
        kept.ShouldContain(new KeyValuePair<uint, uint>(Inode(listener.Descriptor), (uint)Environment.ProcessId));
        kept.ShouldAllBe(one => found.Pids[one.Key] == one.Value);
    }

    /// <summary>Its file is not of TCP, though the sockets that are listed are.</summary>
    [Fact]
    public void TryRead_AnMptcpSocket_IsThatOfItsProcess()
    {
        SkipUnlessPossible();
        using KernelSocket? socket = KernelSocket.TryCreate(SocketFamily.Inet, protocol: 262);
        Assert.SkipWhen(socket is null, "Needs a kernel with CONFIG_MPTCP.");
        uint inode = Inode(socket.Descriptor);
        var found = new FoundSockets(inode);

        new FileIterator(ProcRoot).TryRead(found, static () => false).ShouldBeTrue();

        found.Pids[inode].ShouldBe((uint)Environment.ProcessId);
    }

    [Fact]
    public void TryRead_WithoutTimeLeft_StopsAndIsRead()
    {
        SkipUnlessPossible();
        var found = new FoundSockets();

        new FileIterator(ProcRoot).TryRead(found, static () => true).ShouldBeTrue();

        found.Pids.ShouldBeEmpty();
    }

    [Fact]
    public void TryRead_AsAnOrdinaryUser_IsRefused()
    {
        var found = new FoundSockets();

        UnprivilegedThread.Run(() => new FileIterator(ProcRoot).TryRead(found, static () => false)).ShouldBeFalse();

        found.Pids.ShouldBeEmpty();
    }

    /// <summary>Its PIDs may be of another PID namespace.</summary>
    [Fact]
    public void TryRead_AnotherProcRoot_IsNotDone()
    {
        using var root = new ProcRootView();
        root.Link("self", "/proc/1");
        var found = new FoundSockets();

        new FileIterator(root.Path).TryRead(found, static () => false).ShouldBeFalse();
        new FileIterator(root.Path + "/nowhere").TryRead(found, static () => false).ShouldBeFalse();

        found.Pids.ShouldBeEmpty();
    }

    private static uint Inode(int descriptor) =>
        uint.Parse(File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)!.Name.Split('[', ']')[1], CultureInfo.InvariantCulture);

    private static void SkipUnlessPossible()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to load a program into the kernel.");
        Assert.SkipUnless(File.Exists("/sys/kernel/btf/vmlinux"), "Needs a kernel with CONFIG_DEBUG_INFO_BTF.");
    }

    /// <summary>Keeps what is found, of these inodes or of all.</summary>
    private sealed class FoundSockets(params uint[] wanted) : IOpenSockets
    {
        public Dictionary<uint, uint> Pids { get; } = [];

        public Dictionary<uint, string> Names { get; } = [];

        public bool IsComplete => wanted.Length > 0 && Pids.Count == wanted.Length;

        public bool Take(uint inode, uint pid) => (wanted.Length == 0 || wanted.Contains(inode)) && Pids.TryAdd(inode, pid);

        public void Name(uint pid, ReadOnlySpan<byte> command) => Names[pid] = Encoding.UTF8.GetString(command);
    }
}
