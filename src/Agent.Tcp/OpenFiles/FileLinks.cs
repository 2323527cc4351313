using Agent.Tcp.Namespaces.Discovery;

namespace Agent.Tcp.OpenFiles;

/// <summary>
/// Finds the processes that have sockets open by the links <c>ROOT/PID/fd/N</c> to <c>socket:[INODE]</c>. Not thread-safe.
/// </summary>
/// <param name="procRoot">Where the node's procfs is mounted.</param>
internal sealed class FileLinks(string procRoot)
{
    private const int LinkSize = 64;
    private const int CommandSize = 64;

    private readonly ProcPath _root = new(procRoot);
    private readonly ProcessListing _listing = new();
    private readonly byte[] _entries = GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true);
    private readonly SmallFile _command = new(CommandSize);
    private readonly List<uint> _refused = [];

    /// <summary>The processes whose open files might not be read.</summary>
    public int Denied { get; private set; }

    /// <summary>The processes of which something could not be read, though it was not refused and they had not ended.</summary>
    public int Failures { get; private set; }

    /// <summary>Why, for the last of them: the error number.</summary>
    public int Failure { get; private set; }

    /// <summary>The link's text before the inode.</summary>
    private static ReadOnlySpan<byte> LinkPrefix => "socket:["u8;

    private static bool IsRefused => Marshal.GetLastPInvokeError() is Errno.EACCES or Errno.EPERM;

    /// <summary>Reads all, in the order of PIDs.</summary>
    /// <param name="found">Takes them.</param>
    /// <param name="isOver">Whether to stop.</param>
    /// <returns>0, or the error number of listing the processes.</returns>
    public int Read(IOpenSockets found, Func<bool> isOver)
    {
        (Denied, Failures, Failure) = (0, 0, 0);
        _refused.Clear();
        int root = Libc.Open(_root.Bytes);
        if (root < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        int error = _listing.Read(root);
        if (error == 0)
        {
            ReadEach(root, found, isOver);
        }

        Libc.Close(root);
        return error;
    }

    private void ReadEach(int root, IOpenSockets found, Func<bool> isOver)
    {
        foreach (ListedProcess process in _listing.Processes)
        {
            if (found.IsComplete || isOver())
            {
                break;
            }

            if (!TryRead(root, (uint)process.Pid, found))
            {
                _refused.Add((uint)process.Pid);
            }
        }

        // Of a process that is ending, the kernel refuses to read a link (fs/proc/base.c, proc_fd_access_allowed). By now it has.
        Denied = _refused.Count(pid => !TryRead(root, pid, found));
    }

    /// <summary>False where its files may not be read. Nothing is found of one that has ended.</summary>
    private bool TryRead(int root, uint pid, IOpenSockets found)
    {
        int files = Libc.Open(root, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{pid}/fd\0")));
        if (files < 0)
        {
            NoteUnlessEnded(Marshal.GetLastPInvokeError());
            return !IsRefused;
        }

        Span<byte> link = stackalloc byte[LinkSize];
        bool isFirst = true;
        bool isRefused = false;
        nint bytes;
        while ((bytes = Libc.ReadDirectory(files, _entries)) > 0)
        {
            var entries = new DirectoryEntries(_entries.AsSpan(0, (int)bytes));
            while (entries.TryNext(out ReadOnlySpan<byte> name, out _))
            {
                // In the buffer a NUL byte follows the name.
                nint length = Libc.ReadLink(files, name, link);
                isRefused |= length < 0 && IsRefused;
                if (length > 0 && TryInode(link[..(int)length], out uint inode) && found.Take(inode, pid) && isFirst)
                {
                    isFirst = false;
                    ReadCommand(files, pid, found);
                }
            }
        }

        if (bytes < 0)
        {
            NoteUnlessEnded(Marshal.GetLastPInvokeError());
        }

        Libc.Close(files);
        return !isRefused;
    }

    private static bool TryInode(ReadOnlySpan<byte> link, out uint inode)
    {
        inode = 0;
        bool isSocket = link.StartsWith(LinkPrefix)
            && link[^1] == (byte)']'
            && AsciiNumber.TryDecimal(link[LinkPrefix.Length..^1], out ulong number)
            && number <= uint.MaxValue
            && (inode = (uint)number) != 0;
        return isSocket;
    }

    /// <summary>Beside the directory of its files: under its PID there may be another process by now.</summary>
    private void ReadCommand(int files, uint pid, IOpenSockets found)
    {
        ReadOnlySpan<byte> text = _command.Read(Libc.OpenFile(files, "../comm\0"u8), out int error);
        if (error == 0)
        {
            found.Name(pid, text.TrimEnd((byte)'\n'));
        }
        else
        {
            NoteUnlessEnded(error);
        }
    }

    private void NoteUnlessEnded(int error)
    {
        if (error is not (Errno.ENOENT or Errno.ESRCH or Errno.EACCES or Errno.EPERM))
        {
            Failures++;
            Failure = error;
        }
    }
}
