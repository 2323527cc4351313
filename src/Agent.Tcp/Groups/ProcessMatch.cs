using Agent.Tcp.OpenFiles;

namespace Agent.Tcp.Groups;

/// <summary>
/// Finds the processes that have the listed sockets open. A socket that several have open counts for the one with the lowest
/// PID, which most often is the parent. Those opened since the sockets were listed are not looked for, and those closed since
/// are found with no process. Not thread-safe.
/// </summary>
/// <param name="procRoot">Where the node's procfs is mounted.</param>
/// <param name="areOthersHidden">It does not list the processes of other users.</param>
/// <param name="iterateFrom">From how many open files of the node on the kernel's iterator is used, where it may be.</param>
internal sealed class ProcessMatch(string procRoot, bool areOthersHidden = false, int iterateFrom = ProcessMatch.IterateFrom) : IOpenSockets
{
    /// <summary>
    /// Below, reading links takes a tenth of a second, and is not worth loading a program into the kernel, which auditd records
    /// and security tools report.
    /// </summary>
    public const int IterateFrom = 20_000;

    private readonly FileIterator _iterator = new(procRoot);
    private readonly FileLinks _links = new(procRoot);
    private readonly Dictionary<uint, string> _commands = [];
    private IReadOnlyList<SocketGroups> _spaces = [];
    private OwnedSocket[] _sockets = [];
    private int _left;

    /// <summary>Whether the kernel's iterator found them.</summary>
    public bool IsIterated { get; private set; }

    bool IOpenSockets.IsComplete => _left == 0;

    /// <summary>The name of a process that sockets were found with (<c>comm</c>); null where it had ended.</summary>
    public string? Command(uint pid) => _commands.GetValueOrDefault(pid);

    /// <summary>Matches the sockets of these namespaces.</summary>
    /// <param name="spaces">The namespaces.</param>
    /// <param name="isOver">Whether to stop: what is not found by then stays so.</param>
    /// <returns>Why some could not be found; null when that is not known.</returns>
    public ReadError? Run(IReadOnlyList<SocketGroups> spaces, Func<bool> isOver)
    {
        _commands.Clear();
        _spaces = spaces;
        _sockets = Collect(spaces);
        _left = _sockets.Length;
        ReadError? error = _left == 0 ? null : Search(isOver);
        foreach (OwnedSocket socket in _sockets)
        {
            if (!socket.IsMatched)
            {
                spaces[socket.Space].Match(new GroupCell(GroupKind.Unknown, socket.Uid, socket.State));
            }
        }

        (_spaces, _sockets) = ([], []);
        return error;
    }

    bool IOpenSockets.Take(uint inode, uint pid)
    {
        int index = First(inode);
        bool isMatched = false;
        for (; index < _sockets.Length && _sockets[index].Inode == inode && !_sockets[index].IsMatched; index++)
        {
            ref OwnedSocket socket = ref _sockets[index];
            _spaces[socket.Space].Match(new GroupCell(GroupKind.Process, pid, socket.State));
            socket.IsMatched = true;
            isMatched = true;
            _left--;
        }

        return isMatched;
    }

    void IOpenSockets.Name(uint pid, ReadOnlySpan<byte> command) => _commands[pid] = Encoding.UTF8.GetString(command);

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

    private ReadError? Search(Func<bool> isOver)
    {
        bool isStopped = false;
        IsIterated = FileIterator.FilesOfNode() >= iterateFrom && _iterator.TryRead(this, Stop);
        int error = IsIterated ? 0 : _links.Read(this, Stop);
        if (error != 0)
        {
            return Error(ReadFailure.Io, $"processes cannot be listed: {ErrorText(error)}.");
        }

        if (isStopped)
        {
            return Error(ReadFailure.Timeout, "the open files of processes could not all be read in time; the sockets of the others are shown without a process.");
        }

        if (!IsIterated && _links.Failures > 0)
        {
            string failed = $"the open files of {Amount.Of(_links.Failures, "process", "processes")} cannot be read: {ErrorText(_links.Failure)}.";
            return Error(ReadFailure.Io, $"{failed} Sockets may be shown without their process or its name.");
        }

        // The iterator tells of every process.
        return _left > 0 && !IsIterated && (_links.Denied > 0 || areOthersHidden) ? Unseen() : null;

        bool Stop() => isStopped = isOver();
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

    private static string ErrorText(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";

    /// <summary>Not that they are theirs: sockets that no process has open by a descriptor are found with none, too.</summary>
    private ReadError Unseen()
    {
        string refused = Amount.Of(_links.Denied, "process whose open files may not be read", "processes whose open files may not be read");
        const string hidden = "processes of other users, which the mount option hidepid hides";
        string where = (_links.Denied, areOthersHidden) switch
        {
            (0, _) => hidden,
            (_, false) => refused,
            _ => $"{refused}, or in {hidden}",
        };
        return Error(
            ReadFailure.PermissionDenied,
            $"{Amount.Of(_left, "socket is shown without a process. It", "sockets are shown without a process. They")} may be open in {where}. {ProcessAccess.Fix()}");
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
