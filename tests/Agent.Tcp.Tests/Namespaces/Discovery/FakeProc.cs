using System.Globalization;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Tests.Support;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>
/// A proc root of plain files. A network namespace is a file that the <c>net/tcp</c> of its processes are hard links
/// to, so that they have one inode as in the kernel's. Process directories are never reused: their numbers tell
/// processes apart, also as in the kernel's.
/// </summary>
internal sealed class FakeProc : IDisposable
{
    /// <summary>The namespace that PID 1 is in.</summary>
    public const string Host = "host";

    private readonly DirectoryInfo _top = CreateTop();
    private readonly string _spaces;
    private readonly string _graves;
    private int _buried;

    public FakeProc(bool withHost = true)
    {
        Root = _top.CreateSubdirectory("proc").FullName;
        _spaces = _top.CreateSubdirectory("spaces").FullName;
        _graves = _top.CreateSubdirectory("graves").FullName;
        if (withHost)
        {
            Start(1, Host, start: 1);
        }
    }

    public string Root { get; }

    public ulong Inode(string space) => Libc.Inode(new ProcPath(Path.Combine(_spaces, space)).Bytes);

    public FakeProc Start(int pid, string space, string cgroup = "0::/system.slice/some.service", int start = 1000)
    {
        string process = PathOf(pid);
        string net = Directory.CreateDirectory(Path.Combine(process, "net")).FullName;
        LinkTable(space, net);
        File.WriteAllText(Path.Combine(process, "cgroup"), cgroup + "\n");
        File.WriteAllText(Path.Combine(process, "mountinfo"), "22 27 0:21 / /proc rw - proc proc rw\n");
        File.WriteAllText(
            Path.Combine(process, "stat"), $"{pid} (some) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {start} 0 0\n");
        return this;
    }

    /// <summary>The process ends, and is reaped.</summary>
    public FakeProc End(int pid)
    {
        Directory.Move(PathOf(pid), Path.Combine(_graves, (_buried++).ToString(CultureInfo.InvariantCulture)));
        return this;
    }

    /// <summary>The process ends, and is not reaped: it has no network namespace any more.</summary>
    public FakeProc MakeZombie(int pid)
    {
        Directory.Delete(Path.Combine(PathOf(pid), "net"), recursive: true);
        return this;
    }

    /// <summary>The process calls <c>setns</c>.</summary>
    public FakeProc Enter(int pid, string space)
    {
        string net = Path.Combine(PathOf(pid), "net");
        File.Delete(Path.Combine(net, "tcp"));
        LinkTable(space, net);
        return this;
    }

    public FakeProc Join(int pid, string cgroup)
    {
        File.WriteAllText(Path.Combine(PathOf(pid), "cgroup"), cgroup + "\n");
        return this;
    }

    public void Dispose() => _top.Delete(recursive: true);

    /// <summary>In memory where that is to be had: thousands of processes are thousands of small files.</summary>
    private static DirectoryInfo CreateTop() => Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/agent-discovery-{Guid.NewGuid():n}")
        : Directory.CreateTempSubdirectory("agent-discovery-");

    private string PathOf(int pid) => Path.Combine(Root, pid.ToString(CultureInfo.InvariantCulture));

    private void LinkTable(string space, string net)
    {
        string file = Path.Combine(_spaces, space);
        if (!File.Exists(file))
        {
            File.WriteAllText(file, ProcRows.Header4 + "\n");
        }

        TestCalls.Link(file, Path.Combine(net, "tcp"));
    }
}
