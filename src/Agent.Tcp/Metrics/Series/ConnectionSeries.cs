using Agent.Tcp.Metrics.Definitions;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The points of <c>tcp.connections</c> for the namespaces that carry the same attributes: most often one; a pod's and
/// that of a container nested in it; those beyond the limit. For the host's, the eleven states of every family that was
/// read, also when 0; elsewhere a series from when it is first seen. A family that could not be read of one of them has no
/// points.
/// </summary>
internal sealed class ConnectionSeries(KeyValuePair<string, object?>[] attributes, bool reportsAllStates) : NamespaceSeries
{
    /// <summary>Eleven states, unknown and bound_inactive, of three kinds.</summary>
    public const int MaxPoints = 13 * TcpSocketKinds.Count;

    private readonly Point<long>[] _points = new Point<long>[ConnectionCounts.SlotCount];
    private readonly long[] _sums = new long[ConnectionCounts.SlotCount];
    private readonly bool[] _isKnown = new bool[ConnectionCounts.SlotCount];

    /// <summary>A part of the sum is missing.</summary>
    private readonly bool[] _isShort = new bool[ConnectionCounts.SlotCount];
    private bool _procfsShowsBoundInactive;

    private int _reported;

    public override int Points(int instrument) => _reported;

    public override void Begin()
    {
        Array.Clear(_sums);
        Array.Clear(_isKnown);
        Array.Clear(_isShort);
    }

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        for (int slot = 0; slot < _sums.Length; slot++)
        {
            FamilyStatus status = reading[ConnectionCounts.KindOf(slot).Family()];
            if (status != FamilyStatus.Read)
            {
                _isShort[slot] |= status == FamilyStatus.Failed;
                continue;
            }

            long count = reading.Counts[slot];
            bool isBoundInactive = ConnectionCounts.StateOf(slot) == TcpState.BoundInactive;
            _procfsShowsBoundInactive |= isBoundInactive && count > 0 && reading.Source == TcpSourceKind.Procfs;
            bool isSeen = !isBoundInactive || CanSeeBoundInactive(reading.Source);
            _sums[slot] += count;
            _isKnown[slot] |= isSeen;
            _isShort[slot] |= !isSeen;
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        int before = _reported;
        for (int slot = 0; slot < _points.Length; slot++)
        {
            ref Point<long> point = ref _points[slot];
            if (!_isKnown[slot] || _isShort[slot] || (!point.Exists && _sums[slot] == 0 && !IsAlwaysReported(slot)))
            {
                continue;
            }

            if (!point.Exists)
            {
                point = new Point<long>(Attributes(slot));
                _reported++;
            }

            into.Add(point.With(_sums[slot]));
        }

        return _reported - before;
    }

    /// <summary>No kernel known shows them in procfs: that none is seen there is no count of 0.</summary>
    private bool CanSeeBoundInactive(TcpSourceKind source) =>
        source == TcpSourceKind.SockDiag || _procfsShowsBoundInactive;

    private bool IsAlwaysReported(int slot) =>
        reportsAllStates && ConnectionCounts.StateOf(slot) is >= TcpState.Established and <= TcpState.Closing;

    private KeyValuePair<string, object?>[] Attributes(int slot)
    {
        TcpSocketKind kind = ConnectionCounts.KindOf(slot);
        return
        [
            .. attributes,
            new(TcpMetricNames.NetworkConnectionState, TcpStates.MetricValue(ConnectionCounts.StateOf(slot))),
            new(TcpMetricNames.NetworkType, AddressFamilies.MetricValue(kind.Type())),
            new(TcpMetricNames.TcpSocketFamily, AddressFamilies.MetricValue(kind.Family())),
        ];
    }
}
