using System.Buffers.Text;
using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// The proc root, held open for one refresh, and the few files of a process that discovery reads under it.
/// Allocates nothing but the strings of an owner. Not thread-safe.
/// </summary>
internal sealed class ProcDirectory(string procRoot)
{
    /// <summary>Enough for thirteen cgroup v1 hierarchies with nested paths; what lies beyond is not read.</summary>
    private const int TextSize = 16 * 1024;

    private readonly ProcPath _root = new(procRoot);
    private readonly byte[] _path = new byte[64];
    private readonly SmallFile _text = new(TextSize);

    /// <summary>The open descriptor, or -1.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>How many processes were looked at since <see cref="Open"/>.</summary>
    public int Looks { get; private set; }

    /// <summary>0, or the error number.</summary>
    public int Open()
    {
        Looks = 0;
        Descriptor = Libc.Open(_root.Bytes);
        return Descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    public void Close()
    {
        Libc.Close(Descriptor);
        Descriptor = -1;
    }

    /// <summary>In which namespace a process is: <c>st_ino</c> of its <c>net/tcp</c>.</summary>
    public ProcessLook Look(int pid, out ulong inode)
    {
        Looks++;
        bool isFound = Libc.TryStatus(Descriptor, PathOf(pid, "net/tcp"u8), out FileStatus table);
        inode = table.Inode;
        return isFound ? ProcessLook.Found : Marshal.GetLastPInvokeError() switch
        {
            Errno.ENOENT or Errno.ESRCH or Errno.EINVAL or Errno.ENOTDIR => ProcessLook.Ended,
            Errno.EACCES or Errno.EPERM => ProcessLook.Denied,
            _ => ProcessLook.Failed,
        };
    }

    /// <summary>How many threads a process has: its <c>task</c> has two links, and one for each (fs/proc/base.c, <c>proc_task_getattr</c>).</summary>
    public long Threads(int pid) => Libc.TryStatus(Descriptor, PathOf(pid, "task"u8), out FileStatus task) ? task.Links - 2 : 0;

    /// <summary>Opens the listing of a process's threads: negative on failure.</summary>
    public int OpenThreads(int pid) => Libc.Open(Descriptor, PathOf(pid, "task"u8));

    /// <summary>Whether a process or thread is there, and the number of its directory: <see cref="ListedProcess.Directory"/>.</summary>
    public bool TryDirectory(int pid, out ulong inode)
    {
        bool isThere = Libc.TryStatus(Descriptor, PathOf(pid, ""u8), out FileStatus directory);
        inode = directory.Inode;
        return isThere;
    }

    /// <summary>
    /// The inode of the network namespace itself (<see cref="TcpNamespace.NetnsInode"/>) through a process in it; 0 where
    /// that is refused, null when the process has gone or has moved meanwhile.
    /// </summary>
    public ulong? NetnsInode(int pid, ulong expectedTable)
    {
        if (!Libc.TryStatus(Descriptor, PathOf(pid, "ns/net"u8), out FileStatus space))
        {
            return Marshal.GetLastPInvokeError() is Errno.EACCES or Errno.EPERM ? 0 : null;
        }

        return Look(pid, out ulong table) == ProcessLook.Found && table == expectedTable ? space.Inode : null;
    }

    /// <summary>When a process started, in clock ticks since boot; 0 when that is unknown.</summary>
    public ulong StartTime(int pid) => ProcStat.TryStartTime(Text(pid, "stat"u8), out ulong ticks) ? ticks : 0;

    /// <summary>Whose a process is by its cgroup, or, where that is told from inside a container, by its mounts.</summary>
    public CgroupOwner Owner(int pid)
    {
        CgroupOwner owner = CgroupParser.Parse(Text(pid, "cgroup"u8));
        if (owner is { PodUid: null, IsCut: true })
        {
            owner = owner with { PodUid = PodMounts.Pod(Text(pid, "mountinfo"u8)) };
        }

        return owner;
    }

    private ReadOnlySpan<byte> Text(int pid, ReadOnlySpan<byte> file) => _text.Read(Libc.OpenFile(Descriptor, PathOf(pid, file)), out _);

    private ReadOnlySpan<byte> PathOf(int pid, ReadOnlySpan<byte> file)
    {
        _ = Utf8Formatter.TryFormat(pid, _path, out int length);
        _path[length++] = (byte)'/';
        file.CopyTo(_path.AsSpan(length));
        length += file.Length;
        _path[length++] = 0;
        return _path.AsSpan(0, length);
    }
}

/// <summary><c>/proc/PID/stat</c>, of which only the start time is wanted.</summary>
internal static class ProcStat
{
    /// <summary><c>starttime</c> is field 22 (proc_pid_stat(5)); field 3 is the first after the name.</summary>
    private const int FieldsBefore = 22 - 3;

    // 4242 (a) name) S 1 4242 4242 0 -1 4194560 1204 0 0 0 1 2 0 0 20 0 1 0 81234 3133440 465 …
    // The name is the process's own choice, parentheses and blanks included: the fields begin after the last ')'.
    public static bool TryStartTime(ReadOnlySpan<byte> text, out ulong ticks)
    {
        ticks = 0;
        int name = text.LastIndexOf((byte)')');
        if (name < 0)
        {
            return false;
        }

        var fields = new FieldCursor(text[(name + 1)..]);
        return fields.TrySkip(FieldsBefore) && fields.TryNext(out ReadOnlySpan<byte> field) && AsciiNumber.TryDecimal(field, out ticks);
    }
}
