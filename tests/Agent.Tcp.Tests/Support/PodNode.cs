using System.Globalization;
using Agent.Tcp.Tests.Namespaces.Discovery;

namespace Agent.Tcp.Tests.Support;

/// <summary>A node of plain files: a host and pods, each with a process and with tables that the test writes.</summary>
internal sealed class PodNode : IDisposable
{
    private readonly FakeProc _proc = new();

    public string Root => _proc.Root;

    /// <summary>A pod's process, in a network namespace of its own. Its PID is the pod's number, from 2.</summary>
    public PodNode Start(int pod) => Start(pod, $"pod{pod}", Cgroups.Pod(pod));

    /// <summary>The same, of a process that starts while the test runs: its namespace begins with it.</summary>
    public PodNode Bear(int pod)
    {
        _proc.Start(pod, $"pod{pod}", Cgroups.Pod(pod), start: int.MaxValue);
        return this;
    }

    public PodNode Start(int pid, string space, string cgroup)
    {
        _proc.Start(pid, space, cgroup);
        return this;
    }

    public PodNode End(int pid)
    {
        _proc.End(pid);
        return this;
    }

    /// <summary>Writes a process's <c>net/tcp</c>: so many established connections.</summary>
    public PodNode WriteEstablished(int pid, int sockets) => Write(pid, "tcp", ProcRows.Header4 + "\n" + ProcRows.Rows(sockets, 0x01));

    /// <summary>Writes in place: a table keeps its inode, by which its namespace is known.</summary>
    public PodNode Write(int pid, string file, string text)
    {
        File.WriteAllText(PathOf(pid, file), text);
        return this;
    }

    /// <summary>Makes a file unreadable: a directory is in its place.</summary>
    public PodNode Break(int pid, string file)
    {
        File.Delete(PathOf(pid, file));
        Directory.CreateDirectory(PathOf(pid, file));
        return this;
    }

    public PodNode Repair(int pid, string file)
    {
        Directory.Delete(PathOf(pid, file));
        return this;
    }

    public PodNode WriteTotals(int pid, int inet, int timeWait, int inet6) => this
        .Write(pid, "sockstat", $"sockets: used 9\nTCP: inuse {inet} orphan 0 tw {timeWait} alloc 30 mem 5\nUDP: inuse 2 mem 0\n")
        .Write(pid, "sockstat6", $"TCP6: inuse {inet6}\nUDP6: inuse 0\n");

    public string PathOf(int pid, string file) =>
        Path.Combine(Root, pid.ToString(CultureInfo.InvariantCulture), "net", file);

    public void Dispose() => _proc.Dispose();
}
