using Agent.Tcp.Metrics.Definitions;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// Two points told apart by one attribute: <c>tcp.connections.stalled</c> or <c>tcp.socket.queue.size</c>. They do not
/// tell families apart, so where one family of one namespace could not be read there is no sum.
/// </summary>
/// <param name="group">The namespaces.</param>
/// <param name="attribute">The attribute's key and its two values, in order.</param>
/// <param name="valueOf">Takes one of the two out of a reading.</param>
internal sealed class SignalSeries(
    NamespaceGroup group, MetricAttribute attribute, Func<SocketSignals, int, long> valueOf) : NamespaceSeries
{
    private readonly Point<long>[] _points = new Point<long>[attribute.Values.Length];
    private readonly long[] _sums = new long[attribute.Values.Length];
    private bool _isKnown;
    private bool _hasFailed;
    private int _made;

    public static SignalSeries Stalled(NamespaceGroup group) => new(
        group, TcpMetricDefinitions.Stalled.Attributes[0], static (signals, reason) => signals[(StallReason)reason]);

    public static SignalSeries Queues(NamespaceGroup group) => new(
        group, TcpMetricDefinitions.Queues.Attributes[0], static (signals, direction) => signals[(QueueDirection)direction]);

    public override int Points(int instrument) => _made;

    public override void Begin()
    {
        Array.Clear(_sums);
        _isKnown = _hasFailed = false;
    }

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        if (reading.Signals is not { } signals)
        {
            return;
        }

        _hasFailed |= reading.HasFailed;
        _isKnown |= reading.HasResult;
        for (int index = 0; index < _sums.Length; index++)
        {
            _sums[index] += valueOf(signals, index);
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        int added = 0;
        for (int index = 0; index < _points.Length && _isKnown && !_hasFailed; index++)
        {
            ref Point<long> point = ref _points[index];
            if (!point.Exists && (group.IsHost || _sums[index] > 0))
            {
                point = new Point<long>([.. group.Attributes, new(attribute.Key, attribute.Values[index])]);
                added++;
            }

            if (point.Exists)
            {
                into.Add(point.With(_sums[index]));
            }
        }

        _made += added;
        return added;
    }
}
