using Agent.Tcp.SockDiag.Counting;

namespace Agent.Tcp.SockDiag;

/// <summary>Counts the sockets of a dump by state and kind, and takes what else they tell.</summary>
internal sealed class ConnectionCounter : ISockDiagSink
{
    private ConnectionCounts? _counts;
    private SocketSignals? _signals;
    private SocketFamily? _family;
    private TcpState _closedAs = TcpState.Closed;
    private bool _countsFull;
    private FullSockets _full;

    /// <summary>How many of the last dump's sockets are full ones, where that was asked for.</summary>
    public FullSockets Full => _full;

    /// <summary>Says where the next dump is counted.</summary>
    public void Into(ConnectionCounts counts, SockDiagQuery query, SocketSignals? signals = null, bool countsFull = false)
    {
        _counts = counts;
        _signals = signals;
        _countsFull = countsFull;
        _family = query.Family;

        // The kernel shows a bound, inactive socket under the code of TCP_CLOSE; which of the two it is, the mask tells.
        _closedAs = (query.States & StateMask.BoundInactive) != 0 ? TcpState.BoundInactive : TcpState.Closed;
    }

    public void Begin() => Clear();

    /// <summary>Forgets what was counted: part of a dump is no result.</summary>
    public void Clear()
    {
        _full = default;
        if (_family is { } family)
        {
            _counts?.Clear(family);
            _signals?.Clear(family);
        }
        else
        {
            _counts?.Clear();
            _signals?.Clear();
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

        return true;
    }
}
