using Agent.Tcp.Namespaces.PodNames;

namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Finds the network namespaces under a proc root, whose they are, and a process to read each through.
/// A refresh without changes allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A refresh lists the proc root once and merges the listing into what is known. A process is looked at (one
/// <c>statx</c>) when it is new, and once more at the next refresh, as a runtime's child first runs in its parent's
/// namespace; when its directory has another number (the PID was given again, see <see cref="ListedProcess"/>); always
/// when it stands for a namespace or is PID 1; and otherwise by turns, one in <see cref="ProcessScan.RotationShare"/>
/// each refresh, which is how one that calls <c>setns</c> or <c>unshare</c> late in its life is noticed.
/// </para>
/// <para>
/// A namespace lives from its first process to its last. When all have gone it has ended, also when its number is there
/// again at the same refresh. One that only threads are in is found by <see cref="ThreadScan"/>, one that only a mount
/// holds by <see cref="MountedNamespaces"/>. One that only an open file or socket holds is not found.
/// </para>
/// </remarks>
internal sealed class NamespaceDiscovery : INamespaceList
{
    private readonly string _procRoot;
    private readonly ProcDirectory _root;
    private readonly PodNameSource? _names;
    private readonly NamespaceTable _namespaces = new();
    private readonly TrackedThreads _tracked = new();
    private readonly ProcessScan _scan;
    private readonly RepresentativeChoice _choice;
    private readonly MountedNamespaces _mounted;
    private readonly NamespaceBirths _births;
    private readonly List<TcpNamespace> _next = [];
    private TcpNamespace[] _reported = [];

    /// <summary>Nothing is read before the first refresh.</summary>
    public NamespaceDiscovery(string procRoot, PodNameSource? names = null)
    {
        _procRoot = procRoot;
        _names = names;
        _root = new ProcDirectory(procRoot);
        _scan = new ProcessScan(_root, _namespaces, _tracked, Removed);
        _choice = new RepresentativeChoice(_root, _namespaces, _tracked, names);
        _mounted = new MountedNamespaces(procRoot, _tracked);
        _births = new NamespaceBirths(procRoot, _root, _namespaces);
    }

    /// <summary>What the last refresh saw.</summary>
    public DiscoveryStatus Status { get; private set; }

    public IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors)
    {
        IReadOnlyList<TcpNamespace> found = Refresh();
        if (DiscoveryErrors.Of(_procRoot, Status) is { } error)
        {
            errors.Add(error);
        }

        return found;
    }

    /// <summary>
    /// The namespaces there are now, the host's first. The list does not change afterwards; an instance is the same as
    /// in the last list as long as its representative and its identity are.
    /// </summary>
    /// <remarks>
    /// When the proc root cannot be listed, the last list, with <see cref="DiscoveryStatus.RootError"/>. When PID 1
    /// cannot be looked at, which namespace is the host's is not known, and a pod's process may be in it
    /// (hostNetwork): all namespaces are then of kind <see cref="NamespaceKind.Other"/>.
    /// </remarks>
    public IReadOnlyList<TcpNamespace> Refresh()
    {
        int error = _root.Open();
        if (error == 0)
        {
            try
            {
                ulong begun = CpuClock.BootTicks();
                error = _scan.Run();
                if (error == 0)
                {
                    Report(begun);
                    return _reported;
                }
            }
            finally
            {
                _root.Close();
            }
        }

        Status = Status with { RootError = error, Looks = 0 };
        return _reported;
    }

    /// <summary>Lets go of the namespaces that only a mount holds.</summary>
    public void Dispose() => _mounted.Dispose();

    private NamespaceEntry? Choose(out HostStatus status)
    {
        NamespaceEntry? host = FindHost(_scan.Processes, out status);
        _choice.Run(_scan.Processes, host);
        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(_namespaces.Entries))
        {
            if (entry is { NetnsInode: null, Representative: not 0 })
            {
                entry.NetnsInode = _root.NetnsInode(entry.Representative, entry.Inode);
            }
        }

        return host;
    }

    private void Report(ulong begun)
    {
        NamespaceEntry? host = Choose(out HostStatus status);
        _mounted.Refresh(_root, _namespaces.Entries);
        if (_tracked.HasNew)
        {
            _scan.LookAtTracked();
            host = Choose(out status);
        }

        _tracked.Release(_scan.Processes);
        _mounted.LeaveReleased();
        _births.Judge(_scan.Processes, status, begun);
        if (status == HostStatus.Known)
        {
            NamePods(host);
        }

        _next.Clear();
        if (host is not null)
        {
            Report(host, NamespaceIdentity.Host);
        }

        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(_namespaces.Entries))
        {
            if (entry != host)
            {
                Report(entry, status == HostStatus.Known ? entry.Identity : NamespaceIdentity.Other);
            }
        }

        if (!CollectionsMarshal.AsSpan(_next).SequenceEqual(_reported, ReferenceEqualityComparer.Instance))
        {
            _reported = [.. _next];
        }

        Status = StatusOf(_scan.Processes, status);
    }

    private static NamespaceEntry? FindHost(ReadOnlySpan<KnownProcess> processes, out HostStatus status)
    {
        // By PID: the first, if it is there.
        bool isListed = !processes.IsEmpty && processes[0].Pid == 1;
        NamespaceEntry? host = isListed ? processes[0].Space : null;
        status = host is not null ? HostStatus.Known
            : isListed && processes[0].Look == ProcessLook.Denied ? HostStatus.Denied
            : HostStatus.Missing;
        return host;
    }

    private void NamePods(NamespaceEntry? host)
    {
        if (_names is null)
        {
            return;
        }

        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(_namespaces.Entries))
        {
            if (entry != host && entry.Identity is { PodUid: { } uid, PodName: null })
            {
                _names.Want(uid);
            }
        }

        _names.Update();
        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(_namespaces.Entries))
        {
            if (entry.Identity is { PodUid: { } uid, PodName: null } && _names.Find(uid) is { } name)
            {
                entry.Identity = entry.Identity with { PodName = name.Name, PodNamespace = name.Namespace };
            }
        }
    }

    private void Report(NamespaceEntry entry, NamespaceIdentity identity)
    {
        if (entry.Representative == 0)
        {
            // All that were tried have just ended; the next refresh finds another, or that it has gone.
            return;
        }

        if (entry.Reported is not { } reported || reported.Identity != identity || reported.Id != entry.Id)
        {
            string process = entry.Representative.ToString(CultureInfo.InvariantCulture);
            entry.Reported = new TcpNamespace(_procRoot, process, identity, entry.Inode, entry.Id, entry.NetnsInode ?? 0)
            {
                IsBorn = entry.IsBorn,
            };
        }

        _next.Add(entry.Reported);
    }

    private DiscoveryStatus StatusOf(ReadOnlySpan<KnownProcess> processes, HostStatus host)
    {
        Span<int> looks = stackalloc int[5];
        foreach (ref readonly KnownProcess process in processes)
        {
            looks[(int)process.Look]++;
        }

        return new DiscoveryStatus(
            0,
            host,
            Found: looks[(int)ProcessLook.Found],
            Ended: looks[(int)ProcessLook.Ended],
            Denied: looks[(int)ProcessLook.Denied],
            Failed: looks[(int)ProcessLook.Failed],
            Looks: _root.Looks);
    }

    private void Removed(NamespaceEntry entry)
    {
        // A container in a pod may have a namespace of its own, which is the pod's too.
        if (entry.Identity.PodUid is { } uid
            && !_namespaces.Entries.Exists(other => string.Equals(other.Identity.PodUid, uid, StringComparison.Ordinal)))
        {
            _names?.Forget(uid);
        }
    }
}

/// <summary>The namespaces that a scope takes in.</summary>
internal interface INamespaceList : IDisposable
{
    /// <summary>
    /// The namespaces there are now, the host's first where it is among them. The same list as before when nothing
    /// changed; it does not change afterwards. What could not be seen is added to <paramref name="errors"/>.
    /// </summary>
    IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors);
}
