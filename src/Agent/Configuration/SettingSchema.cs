using System.Collections.Immutable;
using Agent.Export.Pipeline;
using Agent.Export.Spool;
using Agent.Export.Transport;
using Agent.Health;
using static Agent.Configuration.SettingTypes;
using static Agent.Tcp.TcpInstrumentationOptions;

namespace Agent.Configuration;

/// <summary>
/// Every setting. Its key, type and description stand here; its default is that of the settings class, and what is allowed is
/// made from the bounds that values are checked against. The table of docs/settings.md is generated from it.
/// </summary>
internal static class SettingSchema
{
    public const string ProcRoot = "Tcp:ProcRoot";

    public static ImmutableArray<Setting> All { get; } =
    [
        Tcp("ProcRoot", AbsolutePath,
            tcp => tcp.ProcRoot, (tcp, value) => tcp.ProcRoot = value,
            "Where the node's procfs is mounted; in a container, the mount of the host's."),
        Tcp("Namespaces", Choice<NamespaceScope>(),
            tcp => tcp.Namespaces, (tcp, value) => tcp.Namespaces = value,
            "Which network namespaces are read: the agent's own, the host's, or all that can be seen."),
        Tcp("Source", Choice<TcpSource>(),
            tcp => tcp.Source, (tcp, value) => tcp.Source = value,
            "Which kernel interface sockets are read by; Auto uses sock_diag where possible, otherwise procfs."),
        Tcp("Counting", Choice<TcpCounting>(),
            tcp => tcp.Counting, (tcp, value) => tcp.Counting = value,
            "How sock_diag counts established sockets: List lists them, Totals uses the kernel's totals, Auto the cheaper of the two."),
        Tcp("ListEvery", AutoOrInteger(ListEveryBounds),
            tcp => tcp.ListEvery, (tcp, value) => tcp.ListEvery = value,
            "Where established sockets are counted from totals, every so many readings list them, for stalls, queues, ephemeral ports and services; Auto is 5, or 20 for large tables, and at least every 5 minutes."),
        Tcp("BoundInactive", TrueOrFalse,
            tcp => tcp.BoundInactive, (tcp, value) => tcp.BoundInactive = value,
            "Whether sock_diag also counts sockets that are bound but neither listen nor connect; adds a fifth to its cost."),
        Tcp("ReadTimeout", Time(TimeoutBounds),
            tcp => tcp.ReadTimeout, (tcp, value) => tcp.ReadTimeout = value,
            "How long reading one table may take before it counts as failed."),
        Tcp("CollectionTimeout", Time(TimeoutBounds),
            tcp => tcp.CollectionTimeout, (tcp, value) => tcp.CollectionTimeout = value,
            "How long reading for one collection may take; namespaces that are not read in time keep their last reading."),
        Tcp("CpuBudget", Number(CpuBudgetBounds),
            tcp => tcp.CpuBudget, (tcp, value) => tcp.CpuBudget = value,
            "The share of one core that the agent may use, averaged; the host's namespace is always read, others in turn. 1 is no limit."),
        Tcp("MaxNamespaces", Integer(MaxNamespacesBounds),
            tcp => tcp.MaxNamespaces, (tcp, value) => tcp.MaxNamespaces = value,
            "How many namespaces have their own series; the others are summed into one, called other."),
        Tcp("Metrics:Stalled", TrueOrFalse,
            tcp => tcp.Metrics.Stalled, (tcp, value) => tcp.Metrics.Stalled = value,
            "Whether connections that retransmit, or whose peer's receive window is zero, are reported."),
        Tcp("Metrics:Queues", TrueOrFalse,
            tcp => tcp.Metrics.Queues, (tcp, value) => tcp.Metrics.Queues = value,
            "Whether the bytes in the sockets' queues are reported."),
        Tcp("Metrics:Listeners", TrueOrFalse,
            tcp => tcp.Metrics.Listeners, (tcp, value) => tcp.Metrics.Listeners = value,
            "Whether connections that wait for accept() are reported, by listening port."),
        Tcp("Metrics:Services", TrueOrFalse,
            tcp => tcp.Metrics.Services, (tcp, value) => tcp.Metrics.Services = value,
            "Whether connections are also reported by service: role, port and state."),
        Tcp("Metrics:ClientPorts", TrueOrFalse,
            tcp => tcp.Metrics.ClientPorts, (tcp, value) => tcp.Metrics.ClientPorts = value,
            "Whether the ephemeral ports in use toward the busiest destination are reported, and how many there are."),
        Tcp("Metrics:RoundTrips", TrueOrFalse,
            tcp => tcp.Metrics.RoundTrips, (tcp, value) => tcp.Metrics.RoundTrips = value,
            "Whether round-trip times and retransmissions of a sample of established connections are reported, where sock_diag reads: the agent's own network namespace, and others with the capabilities to enter them."),
        Tcp("Metrics:Counters", TrueOrFalse,
            tcp => tcp.Metrics.Counters, (tcp, value) => tcp.Metrics.Counters = value,
            "Whether the kernel's counters (opens, resets, segments, overflows, timeouts) are read and reported."),
        Tcp("Metrics:Memory", TrueOrFalse,
            tcp => tcp.Metrics.Memory, (tcp, value) => tcp.Metrics.Memory = value,
            "Whether the node's orphaned sockets and the memory of TCP buffers are read and reported."),
        Tcp("Listeners:MaxPorts", Integer(MaxListenerPortsBounds),
            tcp => tcp.MaxListenerPorts, (tcp, value) => tcp.MaxListenerPorts = value,
            "How many listening ports of a namespace have their own series; the others are summed into one, called other."),
        Tcp("Services:MaxPorts", Integer(MaxServicePortsBounds),
            tcp => tcp.MaxServicePorts, (tcp, value) => tcp.MaxServicePorts = value,
            "How many ports of a namespace and role have their own series by service; the others are summed into one, called other."),
        Tcp("RoundTrips:MaxSamples", Integer(MaxRoundTripSamplesBounds),
            tcp => tcp.MaxRoundTripSamples, (tcp, value) => tcp.MaxRoundTripSamples = value,
            "How many established connections a collection samples at most for their round-trip times; each collection takes others."),
        Tcp("SemanticConventions", TrueOrFalse,
            tcp => tcp.SemanticConventions, (tcp, value) => tcp.SemanticConventions = value,
            "Whether system.network.connection.count of OpenTelemetry's semantic conventions is also reported."),
        Tcp("PodLogs", OptionalPath("none"),
            tcp => tcp.PodLogs, (tcp, value) => tcp.PodLogs = value,
            "The kubelet's directory of pod logs, whose entries give the names of pods by UID; by default only root may list it. It need not exist."),
        Tcp("ContainerLogs", OptionalPath("none"),
            tcp => tcp.ContainerLogs, (tcp, value) => tcp.ContainerLogs = value,
            "The kubelet's directory of links to container logs, which give the names of pods by container ID (the link's name) and by UID (its target). It need not exist."),
        Export("AttemptTimeout", Time(ExportSettings.TimeoutBounds),
            export => export.AttemptTimeout, (export, value) => export.AttemptTimeout = value,
            "How long one attempt may wait for its answer; OTEL_EXPORTER_OTLP_TIMEOUT limits all attempts together."),
        Export("HeadersFile", OptionalPath("none"),
            export => export.HeadersFile, (export, value) => export.HeadersFile = value,
            "A file of request headers, one name: value per line, such as a bearer token; read again when it changes."),
        Export("Retry:MaxRetries", Integer(ExportSettings.RetriesBounds),
            export => export.Retry.MaxRetries, (export, value) => export.Retry.MaxRetries = value,
            "How many further attempts an export gets after the first, while its time lasts."),
        Export("Retry:InitialDelay", Time(ExportSettings.TimeoutBounds),
            export => export.Retry.InitialDelay, (export, value) => export.Retry.InitialDelay = value,
            "The longest wait before the first retry; it doubles each time. The wait is random, from zero up to it."),
        Export("Retry:MaxDelay", Time(ExportSettings.TimeoutBounds),
            export => export.Retry.MaxDelay, (export, value) => export.Retry.MaxDelay = value,
            "The limit of the doubling."),
        Export("Retry:MaxRetryAfter", Time(ExportSettings.BreakBounds),
            export => export.Retry.MaxRetryAfter, (export, value) => export.Retry.MaxRetryAfter = value,
            "The longest wait that the collector may ask for (Retry-After, RetryInfo); a longer one is cut to it."),
        Export("Breaker:FailureRatio", Number(ExportSettings.FailureRatioBounds),
            export => export.Breaker.FailureRatio, (export, value) => export.Breaker.FailureRatio = value,
            "The share of failed attempts at which the circuit breaker opens: no attempt is made for a while."),
        Export("Breaker:MinimumThroughput", Integer(ExportSettings.ThroughputBounds),
            export => export.Breaker.MinimumThroughput, (export, value) => export.Breaker.MinimumThroughput = value,
            "How many attempts the circuit breaker needs before it opens."),
        Export("Breaker:SamplingDuration", Time(ExportSettings.BreakBounds),
            export => export.Breaker.SamplingDuration, (export, value) => export.Breaker.SamplingDuration = value,
            "The time over which the circuit breaker counts attempts."),
        Export("Breaker:BreakDuration", Time(ExportSettings.BreakBounds),
            export => export.Breaker.BreakDuration, (export, value) => export.Breaker.BreakDuration = value,
            "How long the circuit breaker stays open, at most three quarters of the export interval; then one attempt tests the collector."),
        Export("Spool:Path", OptionalPath("no spool"),
            export => export.Spool.Path, (export, value) => export.Spool.Path = value,
            "The directory that keeps what could not be delivered, across restarts, until it can."),
        Export("Spool:MaxBytes", Bytes(SpoolSettings.BytesBounds),
            export => export.Spool.MaxBytes, (export, value) => export.Spool.MaxBytes = value,
            "The size limit of the spool; beyond it the oldest payloads are dropped, and counted."),
        Export("Spool:MaxAge", Time(SpoolSettings.AgeBounds),
            export => export.Spool.MaxAge, (export, value) => export.Spool.MaxAge = value,
            "How long a payload is kept; older ones are dropped, and counted."),
        Export("Spool:MaxMemoryBytes", Bytes(SpoolSettings.BytesBounds),
            export => export.Spool.MaxMemoryBytes, (export, value) => export.Spool.MaxMemoryBytes = value,
            "How much is kept in memory while the spool's disk cannot be written; beyond it the oldest payloads are dropped."),
        Export("Spool:ReplayRate", Number(SpoolSettings.ReplayRateBounds),
            export => export.Spool.ReplayRate, (export, value) => export.Spool.ReplayRate = value,
            "How many kept payloads are sent per second, on average, once the collector is back; new ones go first."),
        Setting.Of("Health:Port", Integer(HealthSettings.PortBounds, note: "; 0 for none"),
            settings => settings.Health.Port, (settings, value) => settings.Health.Port = value,
            "The TCP port that answers /healthz and /readyz over HTTP."),
        Setting.Of("Health:Address", Address,
            settings => settings.Health.Address, (settings, value) => settings.Health.Address = value,
            "The address that the health port listens on; 127.0.0.1 serves this machine only."),
        Setting.Of("Logging:Format", Choice<LogFormat>(),
            settings => settings.Logging.Format, (settings, value) => settings.Logging.Format = value,
            "The format of log lines: one line per event either way, on standard error."),
        Setting.OfNames("Logging:LogLevel:*", Choice<LogLevel>(),
            settings => settings.Logging.Levels[LoggingSettings.DefaultCategory], (settings, name, value) => settings.Logging.Levels[name] = value,
            "The lowest level logged for a category (a prefix, such as Agent.Tcp); Default stands for all others."),
    ];

    private static ImmutableArray<string> Sections { get; } = [.. All.Select(setting => setting.Section).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether the key is in one of the agent's sections.</summary>
    public static bool IsInSection(string key) =>
        Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the key is a setting's, or leads to some.</summary>
    public static bool IsKnown(string key) =>
        Find(key) is not null || All.Any(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Applies the values in order, so that later ones win, and adds a fault for each that is not allowed.</summary>
    public static AgentSettings Apply(IEnumerable<SettingValue> values, List<string> faults)
    {
        var settings = new AgentSettings();
        foreach (SettingValue value in values)
        {
            if (Find(value.Key) is not { } setting)
            {
                faults.Add($"{value.Source}: there is no such setting.{Suggestion(value)}");
            }
            else if (setting.Form(value.Value) is var form && (form.Length > 0 || !setting.TryApply(settings, value.Key, value.Value.Trim())))
            {
                faults.Add($"{value.Source}: \"{ShownUrl.Of(value.Value)}\" is not allowed; it takes {setting.Allowed}.{form}");
            }
        }

        return settings;
    }

    private static Setting Tcp<T>(
        string key, SettingType<T> type, Func<TcpInstrumentationOptions, T> get, Action<TcpInstrumentationOptions, T> set, string description) =>
        Setting.Of($"Tcp:{key}", type, settings => get(settings.Tcp), (settings, value) => set(settings.Tcp, value), description);

    private static Setting Export<T>(
        string key, SettingType<T> type, Func<ExportSettings, T> get, Action<ExportSettings, T> set, string description) =>
        Setting.Of($"Export:{key}", type, settings => get(settings.Export), (settings, value) => set(settings.Export, value), description);

    private static Setting? Find(string key) => All.FirstOrDefault(setting => setting.Matches(key));

    /// <summary>In the form of the source: a key, or a variable's name.</summary>
    private static string Suggestion(SettingValue value) =>
        Spelling.Nearest(value.Key, All.Select(setting => setting.Key)) is { } near
            ? $" Did you mean {value.Written(near)}?"
            : $" Known are {string.Join(", ", All.Select(setting => value.Written(setting.Key)))}.";
}
