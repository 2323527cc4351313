using Agent.Tcp.Totals;

namespace Agent.Tcp.Ports;

/// <summary>
/// What the sockets of one namespace tell by their ports, for the metrics: its services, and how many ephemeral ports are in
/// use toward its busiest destination. Kept from the last reading that listed every socket, as far as later ones do not.
/// Allocates nothing per socket.
/// </summary>
/// <param name="counting">What all namespaces share.</param>
/// <param name="space">The namespace.</param>
internal sealed class PortUse(PortCounting counting, TcpNamespace space) : ISocketRows
{
    /// <summary>The setting seldom changes.</summary>
    private static readonly TimeSpan RangeAge = TimeSpan.FromMinutes(1);

    /// <summary>To read that of another namespace takes a thread that enters it: seldom, unless half of its ports are in use.</summary>
    private static readonly TimeSpan ForeignRangeAge = TimeSpan.FromMinutes(10);

    private readonly ListeningPorts _listening = counting.Listening;
    private readonly ServiceCounts? _services = counting.Services;
    private readonly DestinationSketch[]? _destinations = counting.Destinations;
    private TcpNamespace _space = space;
    private int _usedWhenListed;
    private EphemeralPorts? _rangeWhenListed;
    private bool _isRangeCurrent;
    private long? _rangeReadAt;

    public bool NeedsAll => false;

    public bool NeedsOrder => _services is not null;

    /// <summary>Its services; null where they are not wanted.</summary>
    public ServiceTable? Services { get; } =
        counting.Services is null ? null : new ServiceTable(counting.MaxServicePorts, counting.Time);

    /// <summary>
    /// The ephemeral ports in use toward the busiest destination, all local ports where it is not known which are ephemeral;
    /// null where that is not wanted, or before the first reading.
    /// </summary>
    public int? Used { get; private set; }

    /// <summary>The ports that connections are given; null where that cannot be read.</summary>
    public EphemeralPorts? Range { get; private set; }

    public void Follow(TcpNamespace space)
    {
        if (Range is null && !string.Equals(space.Process, _space.Process, StringComparison.Ordinal))
        {
            // Maybe because the process had ended that it was to be read through.
            _rangeReadAt = null;
        }

        _space = space;
    }

    public void Begin()
    {
        Clear(SocketFamily.Inet);
        Clear(SocketFamily.Inet6);
        _services?.Clear();
        _isRangeCurrent = false;
    }

    public void Clear(SocketFamily family)
    {
        _listening.Clear(family);
        _services?.Clear(family);
        _destinations?[(int)family].Clear();
    }

    /// <summary>For ephemeral ports alone, none of those of servers, which most rows may be.</summary>
    public bool Wants(TcpState state, ushort localPort) =>
        _services is not null || state == TcpState.Listen || (IsEphemeral(localPort) && !_listening.HasPort(localPort));

    public void Add(in SocketRow row)
    {
        if (row.State == TcpState.Listen)
        {
            _listening.Add(in row);
            _services?.Add(row.Family, Service.Server(row.Local.Port), row.State);
            return;
        }

        bool isServer = _listening.HasPortOf(in row);
        _services?.Add(row.Family, isServer ? Service.Server(row.Local.Port) : Service.Client(row.Remote.Port), row.State);

        // A port that is listened on is not given to a connection.
        if (_destinations is not null && !isServer && row.Remote.Port != 0 && IsEphemeral(row.Local.Port))
        {
            _destinations[(int)row.Family].Add(row.Local, row.Remote);
        }
    }

    public void End(Reading reading)
    {
        if (reading.HasFailed)
        {
            return;
        }

        Services?.Update(_services!, isListed: !reading.IsCounted);
        if (_destinations is not null)
        {
            if (!_isRangeCurrent && (_space.Kind == NamespaceKind.Host || Range is not null))
            {
                // The limit is reported also where there is no connection.
                UpdateRange();
            }

            int used = DestinationSketch.Busiest(_destinations[0], _destinations[1]);
            if (!reading.IsCounted)
            {
                (_usedWhenListed, _rangeWhenListed) = (used, Range);
            }
            else if (Range != _rangeWhenListed)
            {
                // Established sockets are not listed now, and were counted by the range that there was. The next reading tries again.
                (Range, _rangeReadAt, used) = (_rangeWhenListed, null, 0);
            }

            Used = Math.Max(_usedWhenListed, used);
        }
    }

    private bool IsHalfUsed => Range is { } range && Used >= range.Count / 2;

    private bool IsEphemeral(ushort port)
    {
        if (!_isRangeCurrent)
        {
            UpdateRange();
        }

        return Range is not { } range || range.Contains(port);
    }

    /// <summary>Once a reading, if it is asked for.</summary>
    private void UpdateRange()
    {
        _isRangeCurrent = true;
        TimeSpan? age = _rangeReadAt is { } readAt ? counting.Time.GetElapsedTime(readAt) : null;
        if (age is null || age >= ForeignRangeAge || (age >= RangeAge && (IsHalfUsed || NamespaceSysctls.IsOwn(_space))))
        {
            Range = counting.PortReader.Read(_space, Range);
            _rangeReadAt = counting.Time.GetTimestamp();
        }
    }
}

/// <summary>What the port use of all namespaces is counted in, one namespace after the other.</summary>
internal sealed class PortCounting
{
    private PortCounting(TcpInstrumentationOptions options, TimeProvider time)
    {
        Time = time;
        MaxServicePorts = options.MaxServicePorts;
        Services = options.Metrics.Services ? new ServiceCounts() : null;
        Destinations = options.Metrics.ClientPorts ? [new DestinationSketch(), new DestinationSketch()] : null;
    }

    public TimeProvider Time { get; }

    public int MaxServicePorts { get; }

    public ListeningPorts Listening { get; } = new();

    public EphemeralPortReader PortReader { get; } = new();

    /// <summary>Null where services are not wanted.</summary>
    public ServiceCounts? Services { get; }

    /// <summary>By family; null where ephemeral ports are not wanted.</summary>
    public DestinationSketch[]? Destinations { get; }

    /// <summary>Makes what takes a namespace's rows; null where nothing of them is wanted.</summary>
    public static Func<TcpNamespace, ISocketRows>? For(TcpInstrumentationOptions options, TimeProvider time)
    {
        if (options.Metrics is { Services: false, ClientPorts: false })
        {
            return null;
        }

        var counting = new PortCounting(options, time);
        return space => new PortUse(counting, space);
    }
}
