using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics.Series;

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

    public void Report(IReadOnlyList<NamespaceSnapshot> namespaces, MeasurementBuffer<long> into)
    {
        Array.Clear(_sums);
        for (int index = 0; index < namespaces.Count; index++)
        {
            if (namespaces[index].Reading.HasFailed)
            {
                return;
            }

            Add(namespaces[index].Reading.Counts);
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

    private void Add(ConnectionCounts counts)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            if (ConnectionCounts.StateOf(slot) is var state && (int)state < Stride)
            {
                _sums[(int)(state == TcpState.BoundInactive ? TcpState.Closed : state)] += counts[slot];
            }
        }
    }
}
