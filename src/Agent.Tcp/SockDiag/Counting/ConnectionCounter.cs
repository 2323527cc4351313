using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>Counts the sockets of a dump by state and kind, and takes what else they tell.</summary>
internal sealed class ConnectionCounter : ISockDiagSink
{
    private ConnectionCounts? _counts;
    private SocketSignals? _signals;
    private ISocketRows? _rows;
    private RoundTripSample? _sample;
    private SocketFamily? _family;
    private TcpState _closedAs = TcpState.Closed;
    private bool _countsFull;
    private bool _withInfo;
    private FullSockets _full;

    /// <summary>How many of the last dump's sockets are full ones, where that was asked for.</summary>
    public FullSockets Full => _full;

    /// <summary>Says where the next dump is counted.</summary>
    public void Into(
        ConnectionCounts counts, SockDiagQuery query, SocketSignals? signals = null, ISocketRows? rows = null, bool countsFull = false, RoundTripSample? sample = null)
    {
        _counts = counts;
        _signals = signals;
        _rows = rows;
        _sample = sample;
        _countsFull = countsFull;
        _family = query.Family;
        _withInfo = query.WithInfo;

        // The kernel shows a bound, inactive socket under the code of TCP_CLOSE; which of the two it is, the mask tells.
        _closedAs = (query.States & StateMask.BoundInactive) != 0 ? TcpState.BoundInactive : TcpState.Closed;
    }

    public void Begin() => Clear();

    /// <summary>Forgets what was counted: part of a dump is no result.</summary>
    public void Clear()
    {
        _full = default;
        _sample?.Void();
        if (_family is { } family)
        {
            _counts?.Clear(family);
            _signals?.Clear(family);
            _rows?.Clear(family);
        }
        else
        {
            _counts?.Clear();
            _signals?.Clear();
            _rows?.Clear(SocketFamily.Inet);
            _rows?.Clear(SocketFamily.Inet6);
        }
    }

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        SocketFamily family = message.idiag_family == InetDiag.AF_INET ? SocketFamily.Inet : SocketFamily.Inet6;
        if ((family == SocketFamily.Inet6 && message.idiag_family != InetDiag.AF_INET6)
            || (_family is { } wanted && wanted != family))
        {
            return false;
        }

        int code = message.idiag_state == (byte)TcpState.Closed ? (int)_closedAs : message.idiag_state;
        bool mapped = family == SocketFamily.Inet6 && message.HasMappedAddress;
        _counts?.Add(TcpSocketKinds.Of(family, mapped), code);
        if (_countsFull)
        {
            _full.Add(family, (TcpState)code, attributes);
        }

        if (_signals is not null)
        {
            InetDiagSignals.Add(in message, family, (TcpState)code, _signals);
        }

        TcpState state = TcpStates.FromCode(code);
        if (_sample is not null && state == TcpState.Established)
        {
            _sample.Add(InetDiagAttributes.RoundTrip(in message, attributes));
        }

        if (_rows is not null && _rows.Wants(state, InetDiag.HostOrder(message.id.idiag_sport)))
        {
            AddRow(_rows, Row(in message, family, state, attributes), attributes);
        }

        return true;
    }

    private void AddRow(ISocketRows rows, in SocketRow row, ReadOnlySpan<byte> attributes)
    {
        if (_withInfo && row.State == TcpState.Established)
        {
            rows.Add(in row, Info(InetDiagAttributes.Info(attributes)));
        }
        else
        {
            rows.Add(in row);
        }
    }

    private static ConnectionInfo Info(TcpInfo info) => new()
    {
        RoundTrip = info.RoundTrip,
        CongestionWindow = info.CongestionWindow,
        BytesSent = info.BytesSent,
        BytesRetransmitted = info.BytesRetransmitted,
        BusyTime = info.BusyTime,
        ReceiveWindowLimited = info.ReceiveWindowLimited,
        SendBufferLimited = info.SendBufferLimited,
    };

    private static SocketRow Row(
        ref readonly InetDiagMsg message, SocketFamily family, TcpState state, ReadOnlySpan<byte> attributes) => new()
        {
            Family = family,
            State = state,
            Local = message.id.idiag_src.At(message.id.idiag_sport, family),
            Remote = message.id.idiag_dst.At(message.id.idiag_dport, family),
            Uid = message.idiag_uid,
            Inode = message.idiag_inode,
            IsV6Only = state == TcpState.Listen && family == SocketFamily.Inet6 && InetDiagAttributes.V6Only(attributes) == true,
        };
}

/// <summary>
/// How many of a dump's sockets are full ones, by family: those that <c>inuse</c> counts. The others are small stand-ins,
/// TIME_WAIT (and FIN_WAIT_2 of closed sockets) and half-open requests.
/// </summary>
/// <remarks>
/// The kernel tells of a full socket's <c>sk_shutdown</c> always (<c>INET_DIAG_SHUTDOWN</c>, net/ipv4/inet_diag.c,
/// <c>inet_diag_msg_attrs_fill</c>), and of a stand-in's, which has none, never. Listeners are full: a kernel that does not
/// tell it of them cannot be counted by this; none that .NET runs on is so old.
/// </remarks>
internal struct FullSockets
{
    private long _inet;
    private long _inet6;

    /// <summary>A listener came without its mark: what is not marked may be full, too.</summary>
    public bool IsUntold { get; private set; }

    public readonly long this[SocketFamily family] => family == SocketFamily.Inet ? _inet : _inet6;

    public void Add(SocketFamily family, TcpState state, ReadOnlySpan<byte> attributes)
    {
        if (!InetDiagAttributes.IsFullSocket(attributes))
        {
            IsUntold |= state == TcpState.Listen;
        }
        else if (state == TcpState.BoundInactive)
        {
            // Bound and in no table of connections: the totals leave it out.
        }
        else if (family == SocketFamily.Inet)
        {
            _inet++;
        }
        else
        {
            _inet6++;
        }
    }
}

/// <summary>What one socket of a dump tells beside its state. Pure.</summary>
internal static class InetDiagSignals
{
    public static void Add(ref readonly InetDiagMsg message, SocketFamily family, TcpState state, SocketSignals signals)
    {
        switch (state)
        {
            case TcpState.Listen:
                signals.Listeners?.Add(family, InetDiag.HostOrder(message.id.idiag_sport), message.idiag_rqueue, message.idiag_wqueue);
                break;
            case TcpState.TimeWait or TcpState.BoundInactive:
                // Neither has queues: a bound socket that was connected before shows what is left of its old numbers.
                break;
            default:
                signals.AddConnection(
                    family, message.idiag_wqueue, message.idiag_rqueue, message.idiag_timer, message.idiag_retrans);
                break;
        }
    }
}
