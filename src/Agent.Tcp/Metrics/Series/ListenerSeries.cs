using Agent.Tcp.Ports;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The points of <c>tcp.listener.backlog</c> (instrument 0) and its limit (1) for the namespaces of one group: a series a
/// port and family, for as many ports as <see cref="PortAdmission"/> admits, and the rest as <c>other</c>. A port's series
/// stops when nothing listens on it any more.
/// </summary>
internal sealed class ListenerSeries(NamespaceGroup group, PortAdmission ports) : NamespaceSeries
{
    public const int Backlog = 0;
    public const int Limit = 1;
    public const int Instruments = 2;

    private const string OtherPorts = "other";

    private readonly PortSeries _others = new(group.Attributes, OtherPorts);
    private readonly Dictionary<int, PortSeries> _own = [];

    /// <summary>Ports that have no series yet, as <c>port * 2 + family</c>.</summary>
    private readonly Dictionary<int, Listener> _waiting = [];
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

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        if (reading.Signals?.Listeners is { } listeners)
        {
            Add(reading, listeners, SocketFamily.Inet);
            Add(reading, listeners, SocketFamily.Inet6);
        }
    }

    /// <summary>Lets go of ports on which nothing listens, and gives what is free to the others.</summary>
    public override void End()
    {
        foreach ((int number, PortSeries port) in _own)
        {
            if (!port.IsSeen && !_hasFailed[0] && !_hasFailed[1])
            {
                _own.Remove(number);
            }
        }

        while (_waiting.Count > 0 && ports.HasRoom(_own.Count) && Lowest() is var lowest && ports.Admit(lowest))
        {
            PortSeries port = _own[lowest] = new PortSeries(group.Attributes, lowest.ToString(CultureInfo.InvariantCulture));
            Move(SocketFamily.Inet, lowest, port);
            Move(SocketFamily.Inet6, lowest, port);
        }

        for (int family = 0; family < _isKnown.Length; family++)
        {
            _isKnown[family] &= !_hasFailed[family];
        }

        foreach ((int key, Listener listener) in _waiting)
        {
            _others.Add((SocketFamily)(key % SocketSignals.Families), listener);
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

    private void Add(Reading reading, ListenerTable listeners, SocketFamily family)
    {
        _isKnown[(int)family] |= reading[family] == FamilyStatus.Read;
        _hasFailed[(int)family] |= reading[family] == FamilyStatus.Failed;
        foreach ((int number, Listener listener) in listeners[family])
        {
            if (_own.TryGetValue(number, out PortSeries? port))
            {
                port.Add(family, listener);
            }
            else
            {
                Wait(Key(number, family), listener);
            }
        }
    }

    private void Wait(int key, Listener listener)
    {
        ref Listener sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, key, out bool exists);
        sum.Limit = exists ? sum.Limit + listener.Limit : listener.Limit;
        sum.Backlog += listener.Backlog;
    }

    /// <summary>Only called while there is room, so few times: not worth a sort.</summary>
    private int Lowest()
    {
        int lowest = int.MaxValue;
        foreach (int key in _waiting.Keys)
        {
            lowest = Math.Min(lowest, key / SocketSignals.Families);
        }

        return lowest;
    }

    private void Move(SocketFamily family, int number, PortSeries port)
    {
        if (_waiting.Remove(Key(number, family), out Listener listener))
        {
            port.Add(family, listener);
        }
    }

    private static int Key(int number, SocketFamily family) => (number * SocketSignals.Families) + (int)family;
}
