using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The points of <c>tcp.connections</c> for one namespace. For the host's, the eleven states of every family that
/// was read, also when 0; elsewhere a series from when it is first seen. A family that was not read has no points.
/// </summary>
internal sealed class ConnectionSeries(TcpNamespace space)
{
    private readonly Point[] _points = new Point[ConnectionCounts.SlotCount];

    public TcpNamespace Namespace => space;

    public void Report(NamespaceSnapshot snapshot, MeasurementBuffer into)
    {
        for (int slot = 0; slot < _points.Length; slot++)
        {
            TcpSocketKind kind = ConnectionCounts.KindOf(slot);
            TcpState state = ConnectionCounts.StateOf(slot);
            if (snapshot[kind.Family()] != FamilyStatus.Read || !CanSee(snapshot.Source, state))
            {
                continue;
            }

            long count = snapshot.Counts[kind, state];
            ref Point point = ref _points[slot];
            if (!point.Exists)
            {
                if (count == 0 && !IsAlwaysReported(state))
                {
                    continue;
                }

                point = new Point(Attributes(kind, state));
            }

            into.Add(point.With(count));
        }
    }

    /// <summary>What a source cannot see is absent, not 0.</summary>
    private static bool CanSee(TcpSourceKind source, TcpState state) =>
        state != TcpState.BoundInactive || source == TcpSourceKind.SockDiag;

    private bool IsAlwaysReported(TcpState state) =>
        space.Kind == NamespaceKind.Host && state is >= TcpState.Established and <= TcpState.Closing;

    private KeyValuePair<string, object?>[] Attributes(TcpSocketKind kind, TcpState state) =>
    [
        .. space.Attributes,
        new(TcpMetricNames.NetworkConnectionState, TcpStates.MetricValue(state)),
        new(TcpMetricNames.NetworkType, AddressFamilies.MetricValue(kind.Type())),
        new(TcpMetricNames.TcpSocketFamily, AddressFamilies.MetricValue(kind.Family())),
    ];
}
