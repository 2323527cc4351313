using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Ports;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The points of <c>tcp.service.connections</c> for the namespaces of one group: a series a port and state, for the ports that
/// <see cref="ServiceTable"/> admits, and the rest as <c>other</c>. A port's series stop when it has neither sockets nor a
/// listener any more. Families are not told apart, so where one of them could not be read there is no sum.
/// </summary>
internal sealed class ServiceSeries(NamespaceGroup group) : NamespaceSeries
{
    private const string OtherPorts = "other";

    private readonly Dictionary<Service, StatePoints> _own = [];
    private readonly StatePoints _otherServers = new(Attributes(group, isServer: true, OtherPorts));
    private readonly StatePoints _otherClients = new(Attributes(group, isServer: false, OtherPorts));
    private bool _isKnown;
    private bool _hasFailed;

    public override int Points(int instrument)
    {
        int points = _otherServers.Count + _otherClients.Count;
        foreach (StatePoints one in _own.Values)
        {
            points += one.Count;
        }

        return points;
    }

    public override void Begin()
    {
        _isKnown = _hasFailed = false;
        _otherServers.Begin();
        _otherClients.Begin();
        foreach (StatePoints one in _own.Values)
        {
            one.Begin();
        }
    }

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        if (reading.Rows is not PortUse { Services: { } services })
        {
            return;
        }

        _hasFailed |= reading.HasFailed;
        _isKnown |= reading.HasResult;
        _otherServers.Add(services.Others(isServer: true));
        _otherClients.Add(services.Others(isServer: false));
        foreach ((Service service, long[] states) in services.Own)
        {
            // Namespaces beyond the limit are many, each with ports of its own.
            StatePoints points = !group.IsBeyond ? Own(service) : service.IsServer ? _otherServers : _otherClients;
            points.Add(states);
        }
    }

    public override void End()
    {
        if (_hasFailed)
        {
            return;
        }

        foreach ((Service service, StatePoints points) in _own)
        {
            if (points.IsEmpty)
            {
                _own.Remove(service);
            }
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        if (!_isKnown || _hasFailed)
        {
            return 0;
        }

        int added = _otherServers.Report(into) + _otherClients.Report(into);
        foreach (StatePoints points in _own.Values)
        {
            added += points.Report(into);
        }

        return added;
    }

    private StatePoints Own(Service service)
    {
        if (!_own.TryGetValue(service, out StatePoints? points))
        {
            _own[service] = points =
                new StatePoints(Attributes(group, service.IsServer, service.Port.ToString(CultureInfo.InvariantCulture)));
        }

        return points;
    }

    private static KeyValuePair<string, object?>[] Attributes(NamespaceGroup group, bool isServer, string port) =>
    [
        .. group.Attributes,
        new(TcpMetricNames.Role, isServer ? "server" : "client"),
        new(TcpMetricNames.ServerPort, port),
    ];

    /// <summary>The points of one service: a state, once seen, is reported also when 0.</summary>
    private sealed class StatePoints(KeyValuePair<string, object?>[] attributes)
    {
        private readonly long[] _sums = new long[TcpStates.SlotCount];
        private readonly Point<long>[] _points = new Point<long>[TcpStates.SlotCount];

        public int Count { get; private set; }

        public bool IsEmpty => !_sums.AsSpan().ContainsAnyExcept(0);

        public void Begin() => Array.Clear(_sums);

        public void Add(long[] states)
        {
            for (int state = 0; state < states.Length; state++)
            {
                _sums[state] += states[state];
            }
        }

        public int Report(MeasurementBuffer<long> into)
        {
            int before = Count;
            for (int state = 0; state < _points.Length; state++)
            {
                ref Point<long> point = ref _points[state];
                if (!point.Exists && _sums[state] > 0)
                {
                    point = new Point<long>(
                        [.. attributes, new(TcpMetricNames.NetworkConnectionState, TcpStates.MetricValue((TcpState)state))]);
                    Count++;
                }

                if (point.Exists)
                {
                    into.Add(point.With(_sums[state]));
                }
            }

            return Count - before;
        }
    }
}
