using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// <c>system.network.connection.count</c>, as OpenTelemetry's semantic conventions define it for a host: the sum of all
/// namespaces, by state; absent while a part of it is unknown. The attribute <c>network.interface.name</c> is left out: a socket has none.
/// </summary>
/// <remarks>
/// Values of <c>network.connection.state</c> are the eleven of RFC 9293. A bound, inactive socket has no connection, which
/// RFC 9293 calls CLOSED; a state that no known kernel has is <c>unknown</c>, a custom value as the conventions allow.
/// </remarks>
internal sealed class ConventionSeries
{
    private const int Stride = TcpStates.SlotCount;

    private readonly Point<long>[] _points = new Point<long>[Stride];
    private readonly long[] _sums = new long[Stride];

    /// <summary>The conventions' values.</summary>
    public static IEnumerable<string> States { get; } =
    [
        .. Enumerable.Range((int)TcpState.Established, (int)TcpState.Closing).Select(state => TcpStates.MetricValue((TcpState)state)),
        TcpStates.UnknownMetricValue,
    ];

    public void Report(IReadOnlyList<NamespaceSnapshot> namespaces, MeasurementBuffer<long> into)
    {
        Array.Clear(_sums);
        for (int index = 0; index < namespaces.Count; index++)
        {
            if (namespaces[index].HasFailed)
            {
                return;
            }

            Add(namespaces[index]);
        }

        for (int state = 0; state < Stride && namespaces.Count > 0; state++)
        {
            if (_sums[state] == 0 && (TcpState)state is not (>= TcpState.Established and <= TcpState.Closing))
            {
                continue;
            }

            ref Point<long> point = ref _points[state];
            if (!point.Exists)
            {
                point = new Point<long>(
                [
                    new(TcpMetricNames.NetworkConnectionState, TcpStates.MetricValue((TcpState)state)),
                    new(TcpMetricNames.NetworkTransport, "tcp"),
                ]);
            }

            into.Add(point.With(_sums[state]));
        }
    }

    private void Add(NamespaceSnapshot snapshot)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            if (ConnectionCounts.StateOf(slot) is var state && (int)state < Stride)
            {
                _sums[(int)(state == TcpState.BoundInactive ? TcpState.Closed : state)] += snapshot.Counts[slot];
            }
        }
    }
}
