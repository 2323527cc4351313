using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>
/// Reads other network namespaces than this process's own by netlink sockets opened inside them, where this process may
/// enter them. Reading with an open socket allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A socket keeps its namespace from ending, and its number from being given again: <see cref="Keep"/> must be called
/// at each refresh of the namespaces.
/// </para>
/// <para>
/// Where this process is not allowed in and has no socket in any other either, it is taken to lack the capabilities:
/// none is tried for <see cref="RetryAfter"/>. That one namespace again only after <see cref="RefusedRetryAfter"/>: a
/// security module may guard it alone (AppArmor: the host's unconfined processes, but not the pods), and the others have
/// their turn before.
/// </para>
/// </remarks>
internal sealed class ForeignSockDiag(
    INamespaceEntrance entrance, SockDiagTables tables, TimeProvider time, int limit, RoundTripSampler? sampler = null)
    : ITcpSource, IDisposable
{
    /// <summary>The most namespaces, with a descriptor each, or two where they are sampled.</summary>
    public const int MaxSockets = 4096;

    /// <summary>How long procfs is read before sock_diag is tried again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long a namespace is left alone that this process was not allowed into.</summary>
    public static readonly TimeSpan RefusedRetryAfter = TimeSpan.FromMinutes(30);

    private const ulong ShareOfDescriptors = 4;

    private readonly Dictionary<NamespaceKey, ForeignSocket> _sockets = [];
    private long _round;
    private long? _refusedAt;
    private EntranceResult _refusal;
    private bool _disposed;

    public ForeignAccess Access { get; private set; }

    /// <summary>Why <see cref="Access"/> is what it is.</summary>
    public string Reason { get; private set; } = "No other network namespace has been read yet.";

    public int Limit => limit;

    /// <summary>Over the kernel, with no more sockets than a quarter of the files that this process may open.</summary>
    public static ForeignSockDiag Create(
        string procRoot,
        SockDiagReader reader,
        uint states,
        TimeProvider time,
        TotalsCounter? totals = null,
        RoundTripSampler? sampler = null)
    {
        ulong share = Libc.DescriptorLimit() / ShareOfDescriptors ?? MaxSockets;
        return new ForeignSockDiag(
            new NamespaceEntrance(procRoot),
            new SockDiagTables(reader, states, totals),
            time,
            (int)Math.Min(share, MaxSockets),
            sampler);
    }

    /// <summary>Whether there are too many others.</summary>
    public bool TurnsAway(TcpNamespace space) => _sockets.Count >= limit && Find(space) is null;

    /// <summary>Whether to try: false while procfs stands in, see <see cref="Failed"/>.</summary>
    public bool IsDue(TcpNamespace space)
    {
        ForeignSocket? socket = Find(space);
        if (socket is { FailedAt: { } failedAt }
            && !IsOver(failedAt, RetryAfter)
            && (socket.FailedProcess is not { } process || string.Equals(process, space.Process, StringComparison.Ordinal)))
        {
            return false;
        }

        return socket is { IsOpen: true } || (space.Inode != 0 && MayEnter(socket) && !TurnsAway(space));
    }

    public void Read(TcpNamespace space, in ReadHints hints, Reading into)
    {
        ForeignSocket? socket = Find(space);
        ReadError? error = socket is { IsOpen: true } ? null : Enter(space, ref socket);
        socket?.Memory.Note(into);
        into.Begin(TcpSourceKind.SockDiag);
        if (error is null)
        {
            socket!.FailedAt = null;
            tables.Read(new SockDiagVisit(
                space, socket, socket.Entrance.HasInet6, space.Tcp.ToString(), socket.Memory, hints, into));
        }
        else
        {
            into.Errors.Add(error);
        }
    }

    /// <summary>Samples the round-trip times of a namespace that has just been read.</summary>
    /// <returns>Why it could not.</returns>
    public ReadError? Sample(TcpNamespace space, SampleLimit limit, RoundTripSample into) =>
        sampler is not null && Find(space) is { IsOpen: true } socket
            ? SockDiagErrors.NotSampled(socket.Sample(space, sampler, limit, into), space.Tcp.ToString())
            : null;

    /// <summary>
    /// Reading the namespace failed. One that could not be entered, or whose failure is permanent, is left to procfs for a
    /// while; if its process has gone, until it has another.
    /// </summary>
    public void Failed(TcpNamespace space, bool isPermanent)
    {
        if (Find(space) is { } socket && (isPermanent || socket.Entrance.Fault != EntranceFault.None))
        {
            socket.FailedAt = time.GetTimestamp();
            socket.FailedProcess = !socket.IsOpen && socket.Entrance.IsGone ? space.Process : null;
        }
    }

    /// <summary>Closes the sockets inside namespaces that are not among these, so that they can end.</summary>
    public void Keep(IReadOnlyList<TcpNamespace> live)
    {
        if (_sockets.Count == 0)
        {
            return;
        }

        _round++;
        int kept = 0;
        for (int index = 0; index < live.Count; index++)
        {
            if (Find(live[index]) is { } socket && socket.Round != _round)
            {
                socket.Round = _round;
                kept++;
            }
        }

        if (kept == _sockets.Count)
        {
            return;
        }

        foreach ((NamespaceKey key, ForeignSocket socket) in _sockets)
        {
            if (socket.Round != _round)
            {
                socket.Dispose();
                _sockets.Remove(key);
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Keep([]);
    }

    private ForeignSocket? Find(TcpNamespace space) => _sockets.GetValueOrDefault(NamespaceKey.Of(space));

    private bool IsOver(long since, TimeSpan pause) => time.GetElapsedTime(since) >= pause;

    private bool MayEnter(ForeignSocket? socket) =>
        !_disposed
        && (_refusedAt is not { } refusedAt || IsOver(refusedAt, RetryAfter))
        && (socket?.RefusedAt is not { } at || IsOver(at, RefusedRetryAfter));

    /// <summary>Opens a socket inside.</summary>
    /// <returns>Why there is none; null when there is.</returns>
    private ReadError? Enter(TcpNamespace space, ref ForeignSocket? socket)
    {
        if (space.Inode == 0 || _disposed)
        {
            return SockDiagErrors.OtherNamespace(space);
        }

        if (!MayEnter(socket))
        {
            return ForeignErrors.NotEntered(space, socket is { RefusedAt: not null } ? socket.Entrance : _refusal);
        }

        if (TurnsAway(space))
        {
            return ForeignErrors.Full(space, limit);
        }

        socket ??= _sockets[NamespaceKey.Of(space)] = new ForeignSocket(entrance, space);
        socket.Space = space;
        if (socket.Open() == 0)
        {
            Entered(socket);
            return null;
        }

        if (socket.Entrance.IsRefused)
        {
            Refused(socket);
        }

        return ForeignErrors.NotEntered(space, socket.Entrance);
    }

    private void Entered(ForeignSocket socket)
    {
        socket.RefusedAt = null;
        _refusedAt = null;
        if (Access != ForeignAccess.SockDiag)
        {
            Access = ForeignAccess.SockDiag;
            Reason = "This process may enter other network namespaces (CAP_SYS_ADMIN and CAP_SYS_PTRACE).";
        }
    }

    private void Refused(ForeignSocket socket)
    {
        long now = time.GetTimestamp();
        socket.RefusedAt = now;
        if (_sockets.Values.Any(other => other.IsOpen))
        {
            // It has the capabilities, or had them.
            return;
        }

        _refusedAt = now;
        _refusal = socket.Entrance;
        Access = ForeignAccess.Procfs;
        Reason = ForeignErrors.Reason(socket.Space, socket.Entrance);
    }
}

/// <summary>By which way network namespaces other than this process's own are read.</summary>
internal enum ForeignAccess : byte
{
    /// <summary>None has been read yet.</summary>
    Untried = 0,

    /// <summary>By netlink sockets opened inside them.</summary>
    SockDiag = 1,

    /// <summary>By procfs, since this process may not enter them, or was told not to.</summary>
    Procfs = 2,
}
