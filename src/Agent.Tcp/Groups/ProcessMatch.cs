using Agent.Tcp.Namespaces.Discovery;

namespace Agent.Tcp.Groups;

/// <summary>
/// Finds the processes that have sockets open, by the links <c>ROOT/PID/fd/N</c> to <c>socket:[INODE]</c>. A socket that
/// several processes have open counts for the one with the lowest PID, which most often is the parent. Those opened since the
/// sockets were listed are not looked for, and those closed since are found with no process. Not thread-safe.
/// </summary>
/// <param name="procRoot">Where the node's procfs is mounted.</param>
/// <param name="areOthersHidden">It does not list the processes of other users.</param>
internal sealed class ProcessMatch(string procRoot, bool areOthersHidden = false)
{
    private const int LinkSize = 64;
    private const int CommandSize = 64;

    private readonly ProcPath _root = new(procRoot);
    private readonly ProcessListing _listing = new();
    private readonly byte[] _entries = GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true);
    private readonly SmallFile _command = new(CommandSize);
    private readonly Dictionary<uint, string> _commands = [];
    private readonly List<uint> _refused = [];
    private OwnedSocket[] _sockets = [];
    private int _left;
    private int _denied;

    /// <summary>The link's text before the inode.</summary>
    private static ReadOnlySpan<byte> LinkPrefix => "socket:["u8;

    /// <summary>The name of a process that sockets were found with (<c>comm</c>); null where it had ended.</summary>
    public string? Command(uint pid) => _commands.GetValueOrDefault(pid);

    private static bool IsRefused => Marshal.GetLastPInvokeError() is Errno.EACCES or Errno.EPERM;

    /// <summary>Matches the sockets of these namespaces.</summary>
    /// <param name="spaces">The namespaces.</param>
    /// <param name="isOver">Whether to stop: what is not found by then stays so.</param>
    /// <returns>Why some could not be found; null when that is not known.</returns>
    public ReadError? Run(IReadOnlyList<SocketGroups> spaces, Func<bool> isOver)
    {
        _commands.Clear();
        _denied = 0;
        _sockets = Collect(spaces);
        _left = _sockets.Length;
        ReadError? error = _left == 0 ? null : Search(spaces, isOver);
        foreach (OwnedSocket socket in _sockets)
        {
            if (!socket.IsMatched)
            {
                spaces[socket.Space].Match(new GroupCell(GroupKind.Unknown, socket.Uid, socket.State));
            }
        }

        int unmatched = _left;
        _sockets = [];
        return error ?? (unmatched > 0 && (_denied > 0 || areOthersHidden) ? Unseen(unmatched) : null);
    }

    /// <summary>All of them by inode. Two may have the same only where a table repeated a row, or after 2^32 sockets.</summary>
    private static OwnedSocket[] Collect(IReadOnlyList<SocketGroups> spaces)
    {
        var sockets = new OwnedSocket[spaces.Sum(space => space.Owned.Sum(list => list.Count))];
        int count = 0;
        for (int index = 0; index < spaces.Count; index++)
        {
            spaces[index].BeginMatch();
            foreach (List<OwnedSocket> list in spaces[index].Owned)
            {
                foreach (OwnedSocket socket in CollectionsMarshal.AsSpan(list))
                {
                    sockets[count++] = socket with { Space = (ushort)index };
                }
            }
        }

        Array.Sort(sockets, static (left, right) => left.Inode.CompareTo(right.Inode));
        return sockets;
    }

    private ReadError? Search(IReadOnlyList<SocketGroups> spaces, Func<bool> isOver)
    {
        int root = Libc.Open(_root.Bytes);
        int error = root < 0 ? Marshal.GetLastPInvokeError() : _listing.Read(root);
        if (error == 0)
        {
            _refused.Clear();
            foreach (ListedProcess process in _listing.Processes)
            {
                if (_left == 0)
                {
                    break;
                }

                if (isOver())
                {
                    error = -1;
                    break;
                }

                if (!TrySearch(root, (uint)process.Pid, spaces))
                {
                    _refused.Add((uint)process.Pid);
                }
            }

            // Of a process that is ending, the kernel refuses to read a link (fs/proc/base.c, proc_fd_access_allowed). By now it has.
            _denied = _refused.Count(pid => !TrySearch(root, pid, spaces));
        }

        if (root >= 0)
        {
            Libc.Close(root);
        }

        return error switch
        {
            0 => null,
            -1 => Error(ReadFailure.Timeout, "the open files of processes could not all be read in time; the sockets of the others are shown without a process."),
            _ => Error(ReadFailure.Io, $"processes cannot be listed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})."),
        };
    }

    /// <summary>False where its files may not be read. Nothing is found of one that has ended.</summary>
    private bool TrySearch(int root, uint pid, IReadOnlyList<SocketGroups> spaces)
    {
        int files = Libc.Open(root, Path(pid, "fd"));
        if (files < 0)
        {
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
                if (length > 0 && TryInode(link[..(int)length], out uint inode) && TryMatch(inode, pid, spaces) && isFirst)
                {
                    isFirst = false;
                    ReadCommand(files, pid);
                }
            }
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

    /// <summary>False where it is no socket that was listed, or has been matched before.</summary>
    private bool TryMatch(uint inode, uint pid, IReadOnlyList<SocketGroups> spaces)
    {
        int index = First(inode);
        bool isMatched = false;
        for (; index < _sockets.Length && _sockets[index].Inode == inode && !_sockets[index].IsMatched; index++)
        {
            ref OwnedSocket socket = ref _sockets[index];
            spaces[socket.Space].Match(new GroupCell(GroupKind.Process, pid, socket.State));
            socket.IsMatched = true;
            isMatched = true;
            _left--;
        }

        return isMatched;
    }

    /// <summary>Where the first socket with this inode is, or would be.</summary>
    private int First(uint inode)
    {
        int low = 0;
        int high = _sockets.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sockets[middle].Inode < inode)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Beside the directory of its files: under its PID there may be another process by now.</summary>
    private void ReadCommand(int files, uint pid)
    {
        ReadOnlySpan<byte> text = _command.Read(Libc.OpenFile(files, "../comm\0"u8), out int error);
        if (error == 0)
        {
            _commands[pid] = Encoding.UTF8.GetString(text.TrimEnd((byte)'\n'));
        }
    }

    private static byte[] Path(uint pid, string file) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{pid}/{file}\0"));

    /// <summary>Not that they are theirs: sockets that no process has open by a descriptor are found with none, too.</summary>
    private ReadError Unseen(int sockets)
    {
        string refused = Amount.Of(_denied, "process whose open files may not be read", "processes whose open files may not be read");
        const string hidden = "processes of other users, which the mount option hidepid hides";
        string where = (_denied, areOthersHidden) switch
        {
            (0, _) => hidden,
            (_, false) => refused,
            _ => $"{refused}, or in {hidden}",
        };
        return Error(
            ReadFailure.PermissionDenied,
            $"{Amount.Of(sockets, "socket is shown without a process. It", "sockets are shown without a process. They")} may be open in {where}. {ProcessAccess.Fix()}");
    }

    private ReadError Error(ReadFailure failure, string message) => new(procRoot, failure, $"{procRoot}: {message}");
}

/// <summary>A socket whose process is to be found. In 12 bytes.</summary>
internal record struct OwnedSocket(uint Inode, uint Uid, TcpState State)
{
    public bool IsMatched { get; set; }

    /// <summary>The number of its namespace.</summary>
    public ushort Space { get; set; }
}
