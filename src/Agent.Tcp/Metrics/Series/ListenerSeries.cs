using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The points of <c>tcp.listener.backlog</c> (instrument 0) and its limit (1) for the namespaces of one group: a series a
/// port and family, for as many ports as <see cref="ListenerPorts"/> admits, and the rest as <c>other</c>. A port's series
/// stops when nothing listens on it any more.
/// </summary>
internal sealed class ListenerSeries(NamespaceGroup group, ListenerPorts ports) : NamespaceSeries
{
    public const int Backlog = 0;
    public const int Limit = 1;
    public const int Instruments = 2;

    private const string OtherPorts = "other";

    private readonly PortSeries _others = new(group.Attributes, OtherPorts);
    private readonly Dictionary<ushort, PortSeries> _own = [];
    private readonly List<(ushort Port, SocketFamily Family, Listener Listener)> _waiting = [];
    private readonly bool[] _isKnown = new bool[SocketSignals.Families];
    private readonly bool[] _hasFailed = new bool[SocketSignals.Families];

    public override int Points(int instrument)
    {
        int points = _others.Points(instrument);
        foreach (PortSeries port in _own.Values)
        {
            points += port.Points(instrument);
        }

        return points;
    }

    public override void Begin()
    {
        Array.Clear(_isKnown);
        Array.Clear(_hasFailed);
        _waiting.Clear();
        _others.Begin();
        foreach (PortSeries port in _own.Values)
        {
            port.Begin();
        }
    }

    public override void Add(NamespaceSnapshot snapshot)
    {
        if (snapshot.Signals?.Listeners is { } listeners)
        {
            Add(snapshot, listeners, SocketFamily.Inet);
            Add(snapshot, listeners, SocketFamily.Inet6);
        }
    }

    /// <summary>Lets go of ports on which nothing listens, and gives what is free to the others.</summary>
    public override void End()
    {
        foreach ((ushort number, PortSeries port) in _own)
        {
            if (!port.IsSeen && !_hasFailed[0] && !_hasFailed[1])
            {
                _own.Remove(number);
            }
        }

        _waiting.Sort(static (left, right) => left.Port.CompareTo(right.Port));
        foreach ((ushort number, SocketFamily family, Listener listener) in _waiting)
        {
            if (!_own.TryGetValue(number, out PortSeries? port) && ports.Admit(number, _own.Count))
            {
                _own[number] = port = new PortSeries(group.Attributes, (long)number);
            }

            (port ?? _others).Add(family, listener);
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        int added = _others.Report(instrument, _isKnown, keeps: true, into);
        foreach (PortSeries port in _own.Values)
        {
            added += port.Report(instrument, _isKnown, keeps: false, into);
        }

        return added;
    }

    private void Add(NamespaceSnapshot snapshot, ListenerTable listeners, SocketFamily family)
    {
        _isKnown[(int)family] |= snapshot[family] == FamilyStatus.Read;
        _hasFailed[(int)family] |= snapshot[family] == FamilyStatus.Failed;
        foreach ((ushort number, Listener listener) in listeners[family])
        {
            if (_own.TryGetValue(number, out PortSeries? port))
            {
                port.Add(family, listener);
            }
            else
            {
                _waiting.Add((number, family, listener));
            }
        }
    }
}
