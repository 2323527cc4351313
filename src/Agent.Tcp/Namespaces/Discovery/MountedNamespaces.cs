namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Finds network namespaces that no process is in and a mount holds: those of <c>ip netns add</c>, in
/// <c>/run/netns</c>. To enter them takes CAP_SYS_ADMIN, and to look into the host's <c>/run</c> from a container
/// CAP_SYS_PTRACE; where either is refused, they are not found. Not thread-safe.
/// </summary>
/// <remarks>
/// A runtime mounts a pod's namespace a moment before it starts the pod's first process, and unmounts it a moment after
/// the last has ended: after the first refresh, only a namespace that two refreshes have found without a process is
/// entered, as a guest keeps it from ending.
/// </remarks>
internal sealed class MountedNamespaces(string procRoot, TrackedThreads tracked) : IDisposable
{
    /// <summary>The most guests: a thread each.</summary>
    public const int Most = 256;

    private const string Directory = "/run/netns";

    private readonly ProcPath[] _directories = Directories(procRoot);
    private readonly ProcPath _own = ProcPath.OfNetns(TcpInstrumentationOptions.DefaultProcRoot, "thread-self");
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private readonly Dictionary<ulong, Mounted> _mounted = [];
    private readonly HashSet<ulong> _withProcess = [];
    private long _round;
    private int _guests;
    private bool _isRefused;

    /// <summary>Enters namespaces that none of the known ones is, and leaves those that need it no longer.</summary>
    public void Refresh(ProcDirectory root, List<NamespaceEntry> known)
    {
        _round++;
        if (_isRefused)
        {
            return;
        }

        int directory = Open();
        if (directory >= 0)
        {
            _withProcess.Clear();
            foreach (NamespaceEntry entry in known)
            {
                _withProcess.Add(entry.NetnsInode ?? 0);
            }

            List(directory, root);
            Libc.Close(directory);
        }

        foreach ((ulong inode, Mounted mounted) in _mounted)
        {
            if (mounted.Round != _round)
            {
                LetEnd(mounted, known);
                _mounted.Remove(inode);
            }
        }
    }

    /// <summary>Leaves namespaces that turn out to have a process of their own.</summary>
    public void LeaveReleased()
    {
        if (_guests == 0)
        {
            return;
        }

        foreach (Mounted mounted in _mounted.Values)
        {
            if (mounted.Guest is { } guest && !tracked.IsGuest(guest.Tid))
            {
                Leave(mounted);
            }
        }
    }

    public void Dispose()
    {
        _isRefused = true;
        foreach (Mounted mounted in _mounted.Values)
        {
            Leave(mounted);
        }
    }

    /// <summary>The host's by way of PID 1; without the right to that, this process's own where it lives on the host.</summary>
    private static ProcPath[] Directories(string procRoot)
    {
        string root = procRoot.TrimEnd('/');
        var host = new ProcPath($"{root}/1/root{Directory}");
        return string.Equals(root, TcpInstrumentationOptions.DefaultProcRoot, StringComparison.Ordinal)
            ? [host, new ProcPath(Directory)]
            : [host];
    }

    private int Open()
    {
        int descriptor = -1;
        for (int index = 0; index < _directories.Length && descriptor < 0; index++)
        {
            descriptor = Libc.Open(_directories[index].Bytes);
        }

        return descriptor;
    }

    private void List(int directory, ProcDirectory root)
    {
        _ = Libc.TryStatus(_own.Bytes, out FileStatus own);
        var entries = new DirectoryEntries(directory, _buffer);
        while (entries.TryNext(out ReadOnlySpan<byte> name, out _))
        {
            // A name without its mount is an ordinary file of the directory's own file system.
            if (!_isRefused
                && Libc.TryStatus(directory, name, out FileStatus found)
                && found.Device == own.Device)
            {
                See(directory, name, found.Inode, root);
            }
        }
    }

    private void See(int directory, ReadOnlySpan<byte> name, ulong inode, ProcDirectory root)
    {
        if (!_mounted.TryGetValue(inode, out Mounted? mounted))
        {
            _mounted.Add(inode, mounted = new Mounted());
        }

        mounted.Round = _round;
        if (mounted.Guest is not null || mounted.IsLeft || _withProcess.Contains(inode))
        {
            mounted.LonelyRound = 0;
            return;
        }

        if ((_round == 1 || mounted.LonelyRound == _round - 1) && _guests < Most && !tracked.IsFull)
        {
            Enter(mounted, directory, name, root);
        }

        mounted.LonelyRound = _round;
    }

    private void Enter(Mounted mounted, int directory, ReadOnlySpan<byte> name, ProcDirectory root)
    {
        int target = Libc.Open(directory, name);
        if (target < 0)
        {
            Refused(mounted, Marshal.GetLastPInvokeError());
            return;
        }

        NamespaceGuest guest = NamespaceGuest.Send(procRoot, target);
        Libc.Close(target);
        if (guest.Error != 0)
        {
            Refused(mounted, guest.Error);
            guest.Dispose();
            return;
        }

        _guests++;
        mounted.Guest = guest;
        tracked.Add(root, guest.Tid, isGuest: true);
    }

    /// <summary>Without the capability it would be the same for each of them and each time. With it, one may be refused alone.</summary>
    private void Refused(Mounted mounted, int error)
    {
        bool isForGood = error is Errno.EACCES or Errno.EPERM or Errno.ENOSYS;
        _isRefused = isForGood && _guests == 0;
        mounted.IsLeft = isForGood || error == Errno.EINVAL;
    }

    /// <summary>It is mounted no more: what it was read through goes too.</summary>
    private void LetEnd(Mounted mounted, List<NamespaceEntry> known)
    {
        if (mounted.Guest is { } guest)
        {
            known.Find(entry => entry.IsRepresentative(guest.Tid))?.LoseRepresentative();
            Leave(mounted);
        }
    }

    private void Leave(Mounted mounted)
    {
        if (mounted.Guest is { } guest)
        {
            guest.Dispose();
            mounted.Guest = null;
            mounted.IsLeft = true;
            _guests--;
        }
    }

    private sealed class Mounted
    {
        /// <summary>The last refresh that it was there.</summary>
        public long Round { get; set; }

        /// <summary>The last refresh that found no process in it.</summary>
        public long LonelyRound { get; set; }

        public NamespaceGuest? Guest { get; set; }

        /// <summary>It has been entered and is found without a guest, or is no network namespace.</summary>
        public bool IsLeft { get; set; }
    }
}
