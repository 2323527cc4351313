using Microsoft.Extensions.Options;

namespace Agent.Tcp;

/// <summary>What <c>AddTcpInstrumentation()</c> reads and reports.</summary>
public sealed class TcpInstrumentationOptions
{
    /// <summary>The default of <see cref="ProcRoot"/>.</summary>
    public const string DefaultProcRoot = "/proc";

    /// <summary>The default of <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double DefaultReadTimeoutSeconds = 10;

    /// <summary>The least <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double MinReadTimeoutSeconds = 0.1;

    /// <summary>The greatest <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double MaxReadTimeoutSeconds = 300;

    /// <summary>The default of <see cref="CpuBudget"/>.</summary>
    public const double DefaultCpuBudget = 0.02;

    /// <summary>The least <see cref="CpuBudget"/>.</summary>
    public const double MinCpuBudget = 0.001;

    /// <summary>The greatest <see cref="CpuBudget"/>: no bound.</summary>
    public const double MaxCpuBudget = 1;

    /// <summary>The default of <see cref="MaxNamespaces"/>.</summary>
    public const int DefaultMaxNamespaces = 500;

    /// <summary>The greatest <see cref="MaxNamespaces"/>.</summary>
    public const int GreatestMaxNamespaces = 10_000;

    /// <summary>The default of <see cref="CardinalityLimit"/>: that of the OpenTelemetry specification.</summary>
    public const int DefaultCardinalityLimit = 2_000;

    /// <summary>The least <see cref="CardinalityLimit"/>: room for the host's series, twice.</summary>
    public const int MinCardinalityLimit = 200;

    /// <summary>The default of <see cref="MaxListenerPorts"/>.</summary>
    public const int DefaultMaxListenerPorts = 32;

    /// <summary>The greatest <see cref="MaxListenerPorts"/>.</summary>
    public const int GreatestMaxListenerPorts = 1_000;

    /// <summary>The default of <see cref="MaxServicePorts"/>.</summary>
    public const int DefaultMaxServicePorts = 16;

    /// <summary>The greatest <see cref="MaxServicePorts"/>.</summary>
    public const int GreatestMaxServicePorts = 1_000;

    /// <summary>The default of <see cref="MaxRoundTripSamples"/>.</summary>
    public const int DefaultMaxRoundTripSamples = 2_000;

    /// <summary>The least <see cref="MaxRoundTripSamples"/>.</summary>
    public const int LeastMaxRoundTripSamples = 100;

    /// <summary>The greatest <see cref="MaxRoundTripSamples"/>.</summary>
    public const int GreatestMaxRoundTripSamples = 100_000;

    /// <summary>The greatest <see cref="ListEvery"/>.</summary>
    public const int GreatestListEvery = 1_000;

    /// <summary>Bounds of <see cref="ReadTimeout"/> and <see cref="CollectionTimeout"/>.</summary>
    internal static readonly Bounds<TimeSpan> TimeoutBounds =
        new(TimeSpan.FromSeconds(MinReadTimeoutSeconds), TimeSpan.FromSeconds(MaxReadTimeoutSeconds));

    internal static readonly Bounds<double> CpuBudgetBounds = new(MinCpuBudget, MaxCpuBudget);
    internal static readonly Bounds<int> MaxNamespacesBounds = new(1, GreatestMaxNamespaces);
    internal static readonly Bounds<int> MaxListenerPortsBounds = new(1, GreatestMaxListenerPorts);
    internal static readonly Bounds<int> MaxServicePortsBounds = new(1, GreatestMaxServicePorts);
    internal static readonly Bounds<int> MaxRoundTripSamplesBounds = new(LeastMaxRoundTripSamples, GreatestMaxRoundTripSamples);
    internal static readonly Bounds<int> ListEveryBounds = new(1, GreatestListEvery);

    /// <summary>The default of <see cref="PodLogs"/>.</summary>
    public const string DefaultPodLogs = "/var/log/pods";

    /// <summary>The default of <see cref="ContainerLogs"/>.</summary>
    public const string DefaultContainerLogs = "/var/log/containers";

    /// <summary>Where the node's procfs is mounted.</summary>
    /// <value>An absolute path. Default: <c>/proc</c>. In a container, the mount of the host's, such as <c>/host/proc</c>.</value>
    public string ProcRoot { get; set; } = DefaultProcRoot;

    /// <summary>Which network namespaces are read.</summary>
    /// <value>Default: <see cref="NamespaceScope.Own"/>, the one this process lives in.</value>
    public NamespaceScope Namespaces { get; set; } = NamespaceScope.Own;

    /// <summary>Which interface of the kernel the sockets are read by.</summary>
    /// <value>Default: <see cref="TcpSource.Auto"/>: sock_diag where it can see, otherwise procfs.</value>
    public TcpSource Source { get; set; } = TcpSource.Auto;

    /// <summary>How sock_diag learns how many sockets are established.</summary>
    /// <value>Default: <see cref="TcpCounting.Auto"/>: counts where that is cheaper, otherwise lists.</value>
    public TcpCounting Counting { get; set; } = TcpCounting.Auto;

    /// <summary>
    /// Where established sockets are counted, every so many readings of a namespace lists them all the same, for the
    /// metrics that only their rows tell: stalls, queues, ephemeral ports and services. Between, those keep the values of the
    /// last listing, and <c>tcp.agent.listing.age</c> tells how old they are. With these groups off, none is listed for them.
    /// </summary>
    /// <value>
    /// 1 (each time) to 1,000, or null: every fifth, and from 50,000 established sockets on every twentieth, but as soon as
    /// the last listing is five minutes old. Default: null.
    /// </value>
    public int? ListEvery { get; set; }

    /// <summary>
    /// Whether sock_diag counts sockets that are bound to a port but neither listen nor connect (state
    /// <c>bound_inactive</c>). procfs cannot see them.
    /// </summary>
    /// <value>
    /// Default: false. To find them the kernel also walks every bound socket, under locks that bind() and accept() take:
    /// about a fifth more of a dump's cost (measured at 10,000 and 100,000 sockets). Needs Linux 6.8.
    /// </value>
    public bool BoundInactive { get; set; }

    /// <summary>How long reading one table or dump may take before it counts as failed.</summary>
    /// <value>0.1 s to 300 s. Default: 10 s.</value>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(DefaultReadTimeoutSeconds);

    /// <summary>
    /// How long reading for one collection may take; what is left over keeps its last reading. Where sock_diag fails, procfs
    /// has <see cref="ReadTimeout"/> for each of a namespace's two tables all the same.
    /// </summary>
    /// <value>0.1 s to 300 s. Default: 10 s.</value>
    public TimeSpan CollectionTimeout { get; set; } = TimeSpan.FromSeconds(DefaultReadTimeoutSeconds);

    /// <summary>
    /// The share of one core that reading may take, averaged over time. The host's namespace is always read, and so are those
    /// that cost little; the others, where not all can be, by turns.
    /// </summary>
    /// <value>0.001 to 1. Default: 0.02. 1 is without bound.</value>
    public double CpuBudget { get; set; } = DefaultCpuBudget;

    /// <summary>The process does nothing else: what it spends between collections, on exports, is the budget's too.</summary>
    internal bool IsWholeProcess { get; set; }

    /// <summary>How many namespaces have series of their own; those beyond are summed into one, called <c>other</c>.</summary>
    /// <value>1 to 10,000. Default: 500.</value>
    public int MaxNamespaces { get; set; } = DefaultMaxNamespaces;

    /// <summary>Which groups of metrics are read and reported beside <c>tcp.connections</c>.</summary>
    /// <value>Default: all. What is off is not read.</value>
    public TcpMetricGroups Metrics { get; } = new();

    /// <summary>
    /// How many listening ports of a namespace have series of their own in <c>tcp.listener.backlog</c> and its limit. The
    /// rest are summed into one, whose <c>server.port</c> is <c>other</c>. A port that has a series keeps it while anything
    /// listens on it; free ones go to the lowest ports first, and in the range that the kernel gives to those who ask for
    /// any port (32768 and up) to no more new ones an hour than this number.
    /// </summary>
    /// <value>1 to 1,000. Default: 32.</value>
    public int MaxListenerPorts { get; set; } = DefaultMaxListenerPorts;

    /// <summary>
    /// How many ports of a namespace have series of their own in <c>tcp.service.connections</c>, of those that are served and
    /// of those that are connected to. The rest are summed into one of each role, whose <c>server.port</c> is <c>other</c>. A
    /// port that has a series keeps it while it has sockets or a listener; free ones go to the ports with most sockets first,
    /// and from 32768 on to no more new ones an hour than this number.
    /// </summary>
    /// <value>1 to 1,000. Default: 16.</value>
    public int MaxServicePorts { get; set; } = DefaultMaxServicePorts;

    /// <summary>
    /// How many established connections a collection samples at most, of all namespaces together, where
    /// <see cref="TcpMetricGroups.RoundTrips"/> is on. Where there are more, each collection takes others, so that every
    /// connection comes up in turn.
    /// </summary>
    /// <value>100 to 100,000. Default: 2,000.</value>
    public int MaxRoundTripSamples { get; set; } = DefaultMaxRoundTripSamples;

    /// <summary>
    /// Whether <c>system.network.connection.count</c> of OpenTelemetry's semantic conventions is reported as well: the
    /// connections of every namespace read, by state.
    /// </summary>
    /// <value>Default: false.</value>
    public bool SemanticConventions { get; set; }

    /// <summary>
    /// The SDK's cardinality limit for <c>tcp.connections</c>. The meter is replaced before it is reached, however many
    /// namespaces come and go. Other instruments are taken to have this limit too, but not more than 2,000.
    /// </summary>
    /// <value>
    /// 200 or more. Default: 2,000, the SDK's own. With more than about 25 namespaces at a time, raise it here and by a
    /// view (<c>MetricStreamConfiguration.CardinalityLimit</c>): to 78 for each namespace there may be, and 156 more.
    /// </value>
    public int CardinalityLimit { get; set; } = DefaultCardinalityLimit;

    /// <summary>The limits that views set for other instruments, by name; the SDK's own for those that are not here.</summary>
    internal Dictionary<string, int> CardinalityLimits { get; } = new(StringComparer.Ordinal);

    /// <summary>The kubelet's directory of pod logs, whose entries' names tell the pods' names.</summary>
    /// <value>An absolute path, or empty for no names. Default: <c>/var/log/pods</c>. It need not exist.</value>
    public string PodLogs { get; set; } = DefaultPodLogs;

    /// <summary>
    /// The kubelet's directory of links to container logs, which tell the pods' names by container ID (name of the link) and by
    /// UID (its target). Unlike <see cref="PodLogs"/>, which the kubelet creates for root alone, every user may list it.
    /// </summary>
    /// <value>An absolute path, or empty for none. Default: <c>/var/log/containers</c>. It need not exist.</value>
    public string ContainerLogs { get; set; } = DefaultContainerLogs;

    /// <summary>The same for a reading that is taken once, for a person who waits: no budget, the same timeouts.</summary>
    internal TcpInstrumentationOptions ForOneReading()
    {
        var copy = (TcpInstrumentationOptions)MemberwiseClone();
        copy.CpuBudget = MaxCpuBudget;
        return copy;
    }

    /// <summary>The same for a reading of hardly more than what is always read.</summary>
    internal TcpInstrumentationOptions WithLeastBudget()
    {
        var copy = (TcpInstrumentationOptions)MemberwiseClone();
        copy.CpuBudget = MinCpuBudget;
        return copy;
    }

    /// <summary>Whether every option has the same value.</summary>
    internal bool IsSameAs(TcpInstrumentationOptions other) =>
        typeof(TcpInstrumentationOptions).GetProperties().Where(option => option.CanWrite).All(option => Equals(option.GetValue(this), option.GetValue(other)))
        && typeof(TcpMetricGroups).GetProperties().All(group => Equals(group.GetValue(Metrics), group.GetValue(other.Metrics)));

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsValidationException">Some are out of range; the message names them all, with the allowed values.</exception>
    internal void Validate()
    {
        var faults = new List<string>();
        AddIf(!Path.IsPathRooted(ProcRoot), nameof(ProcRoot), "an absolute path", $"\"{ProcRoot}\"");
        AddUndefined(nameof(Namespaces), Namespaces);
        AddUndefined(nameof(Source), Source);
        AddUndefined(nameof(Counting), Counting);
        if (Counting == TcpCounting.Totals && Source == TcpSource.Procfs)
        {
            faults.Add($"{nameof(Counting)} must be Auto or List with {nameof(Source)} Procfs, which always lists.");
        }

        if (BoundInactive && Source == TcpSource.Procfs)
        {
            faults.Add($"{nameof(BoundInactive)} must be false with {nameof(Source)} Procfs, which cannot see such sockets.");
        }

        if (Metrics.RoundTrips && Source == TcpSource.Procfs)
        {
            faults.Add($"{nameof(Metrics)}:{nameof(Metrics.RoundTrips)} must be false with {nameof(Source)} Procfs, which does not tell round-trip times.");
        }

        AddIf(ListEvery is { } every && !ListEveryBounds.Contains(every), nameof(ListEvery), $"null, or {Between(ListEveryBounds)}", $"{ListEvery}");
        AddOutside(nameof(CpuBudget), CpuBudget, CpuBudgetBounds);
        AddOutside(nameof(MaxNamespaces), MaxNamespaces, MaxNamespacesBounds);
        AddOutside(nameof(MaxListenerPorts), MaxListenerPorts, MaxListenerPortsBounds);
        AddOutside(nameof(MaxServicePorts), MaxServicePorts, MaxServicePortsBounds);
        AddOutside(nameof(MaxRoundTripSamples), MaxRoundTripSamples, MaxRoundTripSamplesBounds);
        AddIf(CardinalityLimit < MinCardinalityLimit, nameof(CardinalityLimit), $"{MinCardinalityLimit} or more", $"{CardinalityLimit}");
        AddIf(PodLogs is null or not "" && !Path.IsPathRooted(PodLogs), nameof(PodLogs), "an absolute path or empty", $"\"{PodLogs}\"");
        AddIf(
            ContainerLogs is null or not "" && !Path.IsPathRooted(ContainerLogs), nameof(ContainerLogs), "an absolute path or empty", $"\"{ContainerLogs}\"");
        AddTimeOutside(nameof(ReadTimeout), ReadTimeout);
        AddTimeOutside(nameof(CollectionTimeout), CollectionTimeout);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(TcpInstrumentationOptions), typeof(TcpInstrumentationOptions), faults);
        }

        void AddIf(bool isFault, string name, string allowed, string value)
        {
            if (isFault)
            {
                faults.Add($"{name} must be {allowed}, not {value}.");
            }
        }

        void AddUndefined<T>(string name, T value)
            where T : struct, Enum => AddIf(!Enum.IsDefined(value), name, Choices.Of<T>(), $"{value:D}");

        void AddOutside<T>(string name, T value, Bounds<T> bounds)
            where T : IComparable<T> => AddIf(!bounds.Contains(value), name, Between(bounds), $"{value}");

        void AddTimeOutside(string name, TimeSpan value) => AddIf(
            !TimeoutBounds.Contains(value),
            name,
            $"between {TimeoutBounds.Least.TotalSeconds} s and {TimeoutBounds.Greatest.TotalSeconds} s",
            $"{value.TotalSeconds} s");
    }

    private static string Between<T>(Bounds<T> bounds)
        where T : IComparable<T> => $"between {bounds.Least} and {bounds.Greatest}";
}
