using Agent.Tcp.Metrics.Definitions;

namespace Agent.Tcp.Metrics.Series;

/// <summary>The points of one listening port, or of all that have none of their own: by family, backlog and limit.</summary>
/// <remarks>
/// The port is text, unlike in OpenTelemetry's conventions: <c>other</c> is one of its values, and backends that type
/// attributes refuse a key of two types.
/// </remarks>
internal sealed class PortSeries(KeyValuePair<string, object?>[] attributes, string port)
{
    private readonly Point<long>[] _points = new Point<long>[SocketSignals.Families * ListenerSeries.Instruments];
    private readonly Listener[] _sums = new Listener[SocketSignals.Families];
    private readonly bool[] _isSeen = new bool[SocketSignals.Families];

    /// <summary>Something listens.</summary>
    public bool IsSeen => _isSeen[0] || _isSeen[1];

    public int Points(int instrument) => Exists(SocketFamily.Inet, instrument) + Exists(SocketFamily.Inet6, instrument);

    public void Begin()
    {
        Array.Clear(_sums);
        Array.Clear(_isSeen);
    }

    public void Add(SocketFamily family, Listener listener)
    {
        ref Listener sum = ref _sums[(int)family];
        sum.Limit = _isSeen[(int)family] ? sum.Limit + listener.Limit : listener.Limit;
        sum.Backlog += listener.Backlog;
        _isSeen[(int)family] = true;
    }

    /// <summary>Adds the points of one instrument.</summary>
    /// <param name="instrument">Backlog or limit.</param>
    /// <param name="isKnown">Which families were read.</param>
    /// <param name="keeps">Whether a point that there once was is 0 when nothing listens, rather than gone.</param>
    /// <param name="into">Where they go.</param>
    /// <returns>How many are new.</returns>
    public int Report(int instrument, bool[] isKnown, bool keeps, MeasurementBuffer<long> into) =>
        Report(SocketFamily.Inet, instrument, isKnown, keeps, into) + Report(SocketFamily.Inet6, instrument, isKnown, keeps, into);

    private int Report(SocketFamily family, int instrument, bool[] isKnown, bool keeps, MeasurementBuffer<long> into)
    {
        ref Point<long> point = ref _points[Index(family, instrument)];
        bool isSeen = _isSeen[(int)family];
        if (!isKnown[(int)family] || !(isSeen || (keeps && point.Exists)))
        {
            return 0;
        }

        ref Listener sum = ref _sums[(int)family];
        long? value = instrument == ListenerSeries.Backlog ? sum.Backlog : isSeen ? sum.Limit : 0;
        if (value is null)
        {
            return 0;
        }

        int added = 0;
        if (!point.Exists)
        {
            added = 1;
            point = new Point<long>(
            [
                .. attributes,
                new(TcpMetricNames.ServerPort, port),
                new(TcpMetricNames.TcpSocketFamily, AddressFamilies.MetricValue(family)),
            ]);
        }

        into.Add(point.With(value.Value));
        return added;
    }

    private int Exists(SocketFamily family, int instrument) => _points[Index(family, instrument)].Exists ? 1 : 0;

    private static int Index(SocketFamily family, int instrument) => ((int)family * ListenerSeries.Instruments) + instrument;
}
