using System.Buffers.Text;
using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// The proc root, held open for one refresh, and the few files of a process that discovery reads under it.
/// Allocates nothing but the strings of an identity. Not thread-safe.
/// </summary>
internal sealed class ProcDirectory(string procRoot)
{
    /// <summary>Enough for thirteen cgroup v1 hierarchies with nested paths; what lies beyond is not read.</summary>
    private const int TextSize = 16 * 1024;

    private readonly ProcPath _root = new(procRoot);
    private readonly byte[] _path = new byte[64];
    private readonly byte[] _text = GC.AllocateUninitializedArray<byte>(TextSize, pinned: true);

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
        if (DirectoryLibc.TryInode(Descriptor, PathOf(pid, "net/tcp"u8), out inode))
        {
            return ProcessLook.Found;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.ENOENT or Errno.ESRCH or Errno.EINVAL or Errno.ENOTDIR => ProcessLook.Ended,
            Errno.EACCES or Errno.EPERM => ProcessLook.Denied,
            _ => ProcessLook.Failed,
        };
    }

    /// <summary>When a process started, in clock ticks since boot; 0 when that cannot be told.</summary>
    public ulong StartTime(int pid) => ProcStat.TryStartTime(Text(pid, "stat"u8), out ulong ticks) ? ticks : 0;

    /// <summary>Whose a process is by its cgroup.</summary>
    public NamespaceIdentity Identity(int pid) => NamespaceIdentity.Of(CgroupParser.Parse(Text(pid, "cgroup"u8)));

    private ReadOnlySpan<byte> Text(int pid, ReadOnlySpan<byte> file)
    {
        int descriptor = DirectoryLibc.OpenFile(Descriptor, PathOf(pid, file));
        if (descriptor < 0)
        {
            return [];
        }

        int held = 0;
        while (held < _text.Length)
        {
            nint read = Libc.Read(descriptor, _text.AsSpan(held));
            if (read <= 0)
            {
                break;
            }

            held += (int)read;
        }

        Libc.Close(descriptor);
        return _text.AsSpan(0, held);
    }

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
