namespace Agent.Tcp;

/// <summary>
/// What the rows of one namespace tell beside states: stalled connections, bytes in queues, listeners. Filled by either
/// source, by family, for the two fail independently. Reused; allocates nothing once every port has been seen.
/// </summary>
/// <remarks>
/// Timers (procfs <c>tr</c>, inet_diag <c>idiag_timer</c>; the same in net/ipv4/tcp_ipv4.c, <c>get_tcp4_sock</c>, and
/// net/ipv4/inet_diag.c, <c>inet_sk_diag_fill</c>): 1 retransmission, also the loss probe and the reordering timer, which
/// have nothing retransmitted yet; 2 keepalive; 3 TIME_WAIT; 4 zero-window probe. A half-open request has timer 1 and how
/// often its SYN-ACK was sent again.
/// </remarks>
internal sealed class SocketSignals(TcpMetricGroups groups)
{
    public const int Families = 2;

    private const int Kinds = StallReasons.Count + QueueDirections.Count;
    private const byte RetransmissionTimer = 1;
    private const byte ZeroWindowTimer = 4;

    /// <summary>Of each family, connections stalled by reason, then bytes queued by direction.</summary>
    private readonly long[] _sums = new long[Families * Kinds];
    private readonly long[] _kept = new long[Families * Kinds];
    private readonly bool _wantsStalled = groups.Stalled;
    private readonly bool _wantsQueues = groups.Queues;

    /// <summary>Stalls or queues are wanted: the rows of connections must be read whole.</summary>
    public bool WantsConnections { get; } = groups.Stalled || groups.Queues;

    /// <summary>The listeners, null when they are not wanted.</summary>
    public ListenerTable? Listeners { get; } = groups.Listeners ? new ListenerTable() : null;

    /// <summary>What to fill for these groups; null when none of them needs the rows.</summary>
    public static SocketSignals? For(TcpMetricGroups groups) => groups.NeedRows ? new SocketSignals(groups) : null;

    /// <summary>Another one for the same groups, empty.</summary>
    public SocketSignals Another() => new(groups);

    public long this[StallReason reason] => Sum(Kind(reason));

    public long this[QueueDirection direction] => Sum(Kind(direction));

    /// <summary>Adds a socket that does not listen.</summary>
    /// <param name="family">Its table.</param>
    /// <param name="transmit">Sequence numbers not yet acknowledged: bytes, and 1 for a SYN or FIN.</param>
    /// <param name="receive">Sequence numbers not yet read.</param>
    /// <param name="timer">The pending timer.</param>
    /// <param name="retransmits">How often the timer has fired without an answer.</param>
    public void AddConnection(SocketFamily family, ulong transmit, ulong receive, byte timer, ulong retransmits)
    {
        Span<long> sums = Of(_sums, family);
        if (_wantsQueues)
        {
            sums[Kind(QueueDirection.Transmit)] += Bytes(transmit);
            sums[Kind(QueueDirection.Receive)] += Bytes(receive);
        }

        if (_wantsStalled && timer == RetransmissionTimer && retransmits > 0)
        {
            sums[Kind(StallReason.Retransmission)]++;
        }
        else if (_wantsStalled && timer == ZeroWindowTimer)
        {
            sums[Kind(StallReason.ZeroWindow)]++;
        }
    }

    /// <summary>Keeps what a listing told of connections, for readings that do not list them.</summary>
    public void Keep()
    {
        _sums.CopyTo(_kept, 0);
    }

    /// <summary>Connections are as when they were last listed; listeners are left as they are.</summary>
    public void Recall() => _kept.CopyTo(_sums, 0);

    /// <summary>Forgets one family: what was taken of a table whose reading failed is not a result.</summary>
    public void Clear(SocketFamily family)
    {
        Of(_sums, family).Clear();
        Listeners?.Clear(family);
    }

    public void CopyFrom(SocketSignals other, SocketFamily family)
    {
        Of(other._sums, family).CopyTo(Of(_sums, family));
        Listeners?.CopyFrom(other.Listeners!, family);
    }

    public void Clear()
    {
        Clear(SocketFamily.Inet);
        Clear(SocketFamily.Inet6);
    }

    /// <summary>
    /// The kernel subtracts two sequence numbers without a lock, so a difference may be momentarily below 0, shown as
    /// nearly 2^32. No queue is that long: socket buffers are below 2^31.
    /// </summary>
    private static long Bytes(ulong difference) => difference <= int.MaxValue ? (long)difference : 0;

    private static int Kind(StallReason reason) => (int)reason;

    private static int Kind(QueueDirection direction) => StallReasons.Count + (int)direction;

    private static Span<long> Of(long[] sums, SocketFamily family) => sums.AsSpan((int)family * Kinds, Kinds);

    private long Sum(int kind) => _sums[kind] + _sums[Kinds + kind];
}

/// <summary>Why a connection is stalled: the attribute <c>tcp.stall.reason</c>.</summary>
internal enum StallReason : byte
{
    /// <summary>The peer does not acknowledge: something was sent again at least once, and its timer runs.</summary>
    Retransmission = 0,

    /// <summary>The peer's window is closed: it is asked again and again whether it takes more.</summary>
    ZeroWindow = 1,
}

internal static class StallReasons
{
    public const int Count = (int)StallReason.ZeroWindow + 1;

    public static string MetricValue(this StallReason reason) =>
        reason == StallReason.Retransmission ? "retransmission" : "zero_window";
}

/// <summary>Which of a socket's two queues, or which way a segment went: the attribute <c>network.io.direction</c>.</summary>
internal enum QueueDirection : byte
{
    /// <summary>Written by the program, not yet acknowledged by the peer.</summary>
    Transmit = 0,

    /// <summary>Received, not yet read by the program.</summary>
    Receive = 1,
}

internal static class QueueDirections
{
    public const int Count = (int)QueueDirection.Receive + 1;

    public static string MetricValue(this QueueDirection direction) =>
        direction == QueueDirection.Transmit ? "transmit" : "receive";
}

/// <summary>The listeners of one namespace by family and port. Several sockets on one port (SO_REUSEPORT) add up.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<int, Listener>[] _byFamily = [[], []];

    /// <summary>The ports of a family; enumerating it allocates nothing.</summary>
    public Dictionary<int, Listener> this[SocketFamily family] => _byFamily[(int)family];

    /// <summary>Adds a socket that listens.</summary>
    /// <param name="family">Its table.</param>
    /// <param name="port">Its port, in host order.</param>
    /// <param name="backlog">Connections that wait for accept() (<c>sk_ack_backlog</c>).</param>
    /// <param name="limit">How many may (<c>sk_max_ack_backlog</c>); null where the source does not tell.</param>
    public void Add(SocketFamily family, ushort port, ulong backlog, long? limit)
    {
        ref Listener listener = ref CollectionsMarshal.GetValueRefOrAddDefault(this[family], port, out bool exists);
        listener.Backlog += (long)Math.Min(backlog, uint.MaxValue);
        listener.Limit = exists ? listener.Limit + limit : limit;
    }

    public void CopyFrom(ListenerTable other, SocketFamily family)
    {
        Clear(family);
        foreach ((int port, Listener listener) in other[family])
        {
            this[family].Add(port, listener);
        }
    }

    public void Clear(SocketFamily family) => this[family].Clear();
}

/// <summary>The sockets that listen on one port.</summary>
internal struct Listener
{
    /// <summary>Connections that wait for accept().</summary>
    public long Backlog;

    /// <summary>How many may; null where it is not known of every socket.</summary>
    public long? Limit;
}
