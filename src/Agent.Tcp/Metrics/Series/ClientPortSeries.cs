using Agent.Tcp.Ports;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The points of <c>tcp.client.ports.used</c> (instrument 0) and its limit (1): of several namespaces that carry the same
/// attributes, those of the one whose share in use is the greatest.
/// </summary>
internal sealed class ClientPortSeries(NamespaceGroup group) : NamespaceSeries
{
    private const int Used = 0;

    private readonly Point<long>[] _points = new Point<long>[2];
    private PortUse? _busiest;
    private bool _hasFailed;

    public override int Points(int instrument) => _points[instrument].Exists ? 1 : 0;

    public override void Begin()
    {
        _busiest = null;
        _hasFailed = false;
    }

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        if (reading.Rows is PortUse { Used: not null } use)
        {
            _hasFailed |= reading.HasFailed;
            _busiest = _busiest is null || Share(use) > Share(_busiest) ? use : _busiest;
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        ref Point<long> point = ref _points[instrument];
        bool existed = point.Exists;
        long? value = instrument == Used ? _busiest?.Used : _busiest?.Range?.Count;
        if (_hasFailed || value is null || !(existed || group.IsHost || _busiest is { Used: > 0 }))
        {
            return 0;
        }

        point = existed ? point : new Point<long>(group.Attributes);
        into.Add(point.With(value.Value));
        return existed ? 0 : 1;
    }

    /// <summary>Where the limit is not known, of all ports there are.</summary>
    private static double Share(PortUse use) => use.Used!.Value / (double)Math.Max(1, use.Range?.Count ?? ushort.MaxValue);
}
