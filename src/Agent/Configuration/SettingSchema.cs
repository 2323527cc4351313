using System.Collections.Immutable;
using Agent.Export.Pipeline;
using Agent.Export.Spool;
using Agent.Export.Transport;
using Agent.Health;

namespace Agent.Configuration;

/// <summary>
/// Every setting. Its key, type and description stand here; its default is that of the settings class, and what is allowed is
/// made from the bounds that values are checked against. The table of docs/settings.md is generated from it.
/// </summary>
internal static class SettingSchema
{
    public static ImmutableArray<Setting> All { get; } =
    [
        Setting.Of(
            "Tcp:ProcRoot", SettingTypes.AbsolutePath,
            settings => settings.Tcp.ProcRoot, (settings, value) => settings.Tcp.ProcRoot = value,
            "Where the node's procfs is mounted; in a container, the mount of the host's."),
        Setting.Of(
            "Tcp:Namespaces", SettingTypes.Choice<NamespaceScope>(),
            settings => settings.Tcp.Namespaces, (settings, value) => settings.Tcp.Namespaces = value,
            "Which network namespaces are read: the agent's own, the host's, or all that can be seen."),
        Setting.Of(
            "Tcp:Source", SettingTypes.Choice<TcpSource>(),
            settings => settings.Tcp.Source, (settings, value) => settings.Tcp.Source = value,
            "Which kernel interface sockets are read by; Auto uses sock_diag where possible, otherwise procfs."),
        Setting.Of(
            "Tcp:Counting", SettingTypes.Choice<TcpCounting>(),
            settings => settings.Tcp.Counting, (settings, value) => settings.Tcp.Counting = value,
            "How sock_diag counts established sockets: List lists them, Totals uses the kernel's totals, Auto the cheaper of the two."),
        Setting.Of(
            "Tcp:ListEvery", SettingTypes.AutoOrInteger(TcpInstrumentationOptions.ListEveryBounds),
            settings => settings.Tcp.ListEvery, (settings, value) => settings.Tcp.ListEvery = value,
            "Where established sockets are counted from totals, every so many readings list them, for stalls and queues; Auto is 5, or 20 for large tables, and at least every 5 minutes."),
        Setting.Of(
            "Tcp:BoundInactive", SettingTypes.Boolean,
            settings => settings.Tcp.BoundInactive, (settings, value) => settings.Tcp.BoundInactive = value,
            "Whether sock_diag also counts sockets that are bound but neither listen nor connect; adds a fifth to its cost."),
        Setting.Of(
            "Tcp:ReadTimeout", SettingTypes.Time(TcpInstrumentationOptions.TimeoutBounds),
            settings => settings.Tcp.ReadTimeout, (settings, value) => settings.Tcp.ReadTimeout = value,
            "How long reading one table may take before it counts as failed."),
        Setting.Of(
            "Tcp:CollectionTimeout", SettingTypes.Time(TcpInstrumentationOptions.TimeoutBounds),
            settings => settings.Tcp.CollectionTimeout, (settings, value) => settings.Tcp.CollectionTimeout = value,
            "How long reading for one collection may take; namespaces that are not read in time keep their last reading."),
        Setting.Of(
            "Tcp:CpuBudget", SettingTypes.Number(TcpInstrumentationOptions.CpuBudgetBounds),
            settings => settings.Tcp.CpuBudget, (settings, value) => settings.Tcp.CpuBudget = value,
            "The share of one core that the agent may use, averaged; the host's namespace is always read, others in turn. 1 is no limit."),
        Setting.Of(
            "Tcp:MaxNamespaces", SettingTypes.Integer(TcpInstrumentationOptions.MaxNamespacesBounds),
            settings => settings.Tcp.MaxNamespaces, (settings, value) => settings.Tcp.MaxNamespaces = value,
            "How many namespaces have their own series; the others are summed into one, called other."),
        Setting.Of(
            "Tcp:Metrics:Stalled", SettingTypes.Boolean,
            settings => settings.Tcp.Metrics.Stalled, (settings, value) => settings.Tcp.Metrics.Stalled = value,
            "Whether connections that retransmit, or whose peer's receive window is zero, are reported."),
        Setting.Of(
            "Tcp:Metrics:Queues", SettingTypes.Boolean,
            settings => settings.Tcp.Metrics.Queues, (settings, value) => settings.Tcp.Metrics.Queues = value,
            "Whether the bytes in the sockets' queues are reported."),
        Setting.Of(
            "Tcp:Metrics:Listeners", SettingTypes.Boolean,
            settings => settings.Tcp.Metrics.Listeners, (settings, value) => settings.Tcp.Metrics.Listeners = value,
            "Whether connections that wait for accept() are reported, by listening port."),
        Setting.Of(
            "Tcp:Metrics:Counters", SettingTypes.Boolean,
            settings => settings.Tcp.Metrics.Counters, (settings, value) => settings.Tcp.Metrics.Counters = value,
            "Whether the kernel's counters (opens, resets, segments, overflows, timeouts) are read and reported."),
        Setting.Of(
            "Tcp:Metrics:Memory", SettingTypes.Boolean,
            settings => settings.Tcp.Metrics.Memory, (settings, value) => settings.Tcp.Metrics.Memory = value,
            "Whether the node's orphaned sockets and the memory of TCP buffers are read and reported."),
        Setting.Of(
            "Tcp:Listeners:MaxPorts", SettingTypes.Integer(TcpInstrumentationOptions.MaxListenerPortsBounds),
            settings => settings.Tcp.MaxListenerPorts, (settings, value) => settings.Tcp.MaxListenerPorts = value,
            "How many listening ports of a namespace have their own series; the others are summed into one, called other."),
        Setting.Of(
            "Tcp:SemanticConventions", SettingTypes.Boolean,
            settings => settings.Tcp.SemanticConventions, (settings, value) => settings.Tcp.SemanticConventions = value,
            "Whether system.network.connection.count of OpenTelemetry's semantic conventions is also reported."),
        Setting.Of(
            "Tcp:PodLogs", SettingTypes.OptionalPath("none"),
            settings => settings.Tcp.PodLogs, (settings, value) => settings.Tcp.PodLogs = value,
            "The kubelet's directory of pod logs, whose entries give the names of pods by UID; by default only root may list it. It need not exist."),
        Setting.Of(
            "Tcp:ContainerLogs", SettingTypes.OptionalPath("none"),
            settings => settings.Tcp.ContainerLogs, (settings, value) => settings.Tcp.ContainerLogs = value,
            "The kubelet's directory of links to container logs, which give the names of pods by container ID (the link's name) and by UID (its target). It need not exist."),
        Setting.Of(
            "Export:AttemptTimeout", SettingTypes.Time(ExportSettings.MinTimeoutSeconds, ExportSettings.MaxTimeoutSeconds),
            settings => settings.Export.AttemptTimeout, (settings, value) => settings.Export.AttemptTimeout = value,
            "How long one attempt may wait for its answer; OTEL_EXPORTER_OTLP_TIMEOUT limits all attempts together."),
        Setting.Of(
            "Export:HeadersFile", SettingTypes.OptionalPath("none"),
            settings => settings.Export.HeadersFile, (settings, value) => settings.Export.HeadersFile = value,
            "A file of request headers, one name: value per line, such as a bearer token; read again when it changes."),
        Setting.Of(
            "Export:Retry:MaxRetries", SettingTypes.Integer(0, ExportSettings.MaxRetriesLimit),
            settings => settings.Export.Retry.MaxRetries, (settings, value) => settings.Export.Retry.MaxRetries = value,
            "How many further attempts an export gets after the first, while its time lasts."),
        Setting.Of(
            "Export:Retry:InitialDelay", SettingTypes.Time(ExportSettings.MinTimeoutSeconds, ExportSettings.MaxTimeoutSeconds),
            settings => settings.Export.Retry.InitialDelay, (settings, value) => settings.Export.Retry.InitialDelay = value,
            "The longest wait before the first retry; it doubles each time. The wait is random, from zero up to it."),
        Setting.Of(
            "Export:Retry:MaxDelay", SettingTypes.Time(ExportSettings.MinTimeoutSeconds, ExportSettings.MaxTimeoutSeconds),
            settings => settings.Export.Retry.MaxDelay, (settings, value) => settings.Export.Retry.MaxDelay = value,
            "The limit of the doubling."),
        Setting.Of(
            "Export:Retry:MaxRetryAfter", SettingTypes.Time(ExportSettings.MinBreakSeconds, ExportSettings.MaxBreakSeconds),
            settings => settings.Export.Retry.MaxRetryAfter, (settings, value) => settings.Export.Retry.MaxRetryAfter = value,
            "The longest wait that the collector may ask for (Retry-After, RetryInfo); a longer one is cut to it."),
        Setting.Of(
            "Export:Breaker:FailureRatio", SettingTypes.Number(0.01, 1),
            settings => settings.Export.Breaker.FailureRatio, (settings, value) => settings.Export.Breaker.FailureRatio = value,
            "The share of failed attempts at which the circuit breaker opens: no attempt is made for a while."),
        Setting.Of(
            "Export:Breaker:MinimumThroughput", SettingTypes.Integer(ExportSettings.MinBreakerThroughput, ExportSettings.MaxBreakerThroughput),
            settings => settings.Export.Breaker.MinimumThroughput, (settings, value) => settings.Export.Breaker.MinimumThroughput = value,
            "How many attempts the circuit breaker needs before it opens."),
        Setting.Of(
            "Export:Breaker:SamplingDuration", SettingTypes.Time(ExportSettings.MinBreakSeconds, ExportSettings.MaxBreakSeconds),
            settings => settings.Export.Breaker.SamplingDuration, (settings, value) => settings.Export.Breaker.SamplingDuration = value,
            "The time over which the circuit breaker counts attempts."),
        Setting.Of(
            "Export:Breaker:BreakDuration", SettingTypes.Time(ExportSettings.MinBreakSeconds, ExportSettings.MaxBreakSeconds),
            settings => settings.Export.Breaker.BreakDuration, (settings, value) => settings.Export.Breaker.BreakDuration = value,
            "How long the circuit breaker stays open, at most three quarters of the export interval; then one attempt tests the collector."),
        Setting.Of(
            "Export:Spool:Path", SettingTypes.OptionalPath("no spool"),
            settings => settings.Export.Spool.Path, (settings, value) => settings.Export.Spool.Path = value,
            "The directory that keeps what could not be delivered, across restarts, until it can."),
        Setting.Of(
            "Export:Spool:MaxBytes", SettingTypes.Bytes(SpoolSettings.MinBytes, SpoolSettings.MaxBytesLimit),
            settings => settings.Export.Spool.MaxBytes, (settings, value) => settings.Export.Spool.MaxBytes = value,
            "The size limit of the spool; beyond it the oldest payloads are dropped, and counted."),
        Setting.Of(
            "Export:Spool:MaxAge", SettingTypes.Time(SpoolSettings.MinAgeSeconds, SpoolSettings.MaxAgeSeconds),
            settings => settings.Export.Spool.MaxAge, (settings, value) => settings.Export.Spool.MaxAge = value,
            "How long a payload is kept; older ones are dropped, and counted."),
        Setting.Of(
            "Export:Spool:MaxMemoryBytes", SettingTypes.Bytes(SpoolSettings.MinBytes, SpoolSettings.MaxBytesLimit),
            settings => settings.Export.Spool.MaxMemoryBytes, (settings, value) => settings.Export.Spool.MaxMemoryBytes = value,
            "How much is kept in memory while the spool's disk cannot be written; beyond it the oldest payloads are dropped."),
        Setting.Of(
            "Export:Spool:ReplayRate", SettingTypes.Number(SpoolSettings.MinReplayRate, SpoolSettings.MaxReplayRate),
            settings => settings.Export.Spool.ReplayRate, (settings, value) => settings.Export.Spool.ReplayRate = value,
            "How many kept payloads are sent per second, on average, once the collector is back; new ones go first."),
        Setting.Of(
            "Health:Port", SettingTypes.Integer(0, HealthSettings.MaxPort, note: "; 0 for none"),
            settings => settings.Health.Port, (settings, value) => settings.Health.Port = value,
            "The TCP port that answers /healthz and /readyz over HTTP."),
        Setting.Of(
            "Health:Address", SettingTypes.Address,
            settings => settings.Health.Address, (settings, value) => settings.Health.Address = value,
            "The address that the health port listens on; 127.0.0.1 serves this machine only."),
        Setting.Of(
            "Logging:Format", SettingTypes.Choice<LogFormat>(),
            settings => settings.Logging.Format, (settings, value) => settings.Logging.Format = value,
            "The format of log lines: one line per event either way, on standard error."),
        Setting.OfNames(
            "Logging:LogLevel:*", SettingTypes.Choice<LogLevel>(),
            settings => settings.Logging.Levels[LoggingSettings.DefaultCategory], (settings, name, value) => settings.Logging.Levels[name] = value,
            "The lowest level logged for a category (a prefix, such as Agent.Tcp); Default stands for all others."),
    ];

    private static ImmutableArray<string> Sections { get; } = [.. All.Select(setting => setting.Section).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether the key is in one of the agent's sections.</summary>
    public static bool IsInSection(string key) =>
        Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Applies the values in order, so that later ones win, and adds a fault for each that is not allowed.</summary>
    public static AgentSettings Apply(IEnumerable<SettingValue> values, List<string> faults)
    {
        var settings = new AgentSettings();
        foreach (SettingValue value in values)
        {
            if (Find(value.Key) is not { } setting)
            {
                faults.Add($"{value.Source}: there is no such setting.{Suggestion(value.Key)}");
            }
            else if (setting.Form(value.Value) is var form && (form.Length > 0 || !setting.TryApply(settings, value.Key, value.Value.Trim())))
            {
                faults.Add($"{value.Source}: \"{ShownUrl.Of(value.Value)}\" is not allowed; it takes {setting.Allowed}.{form}");
            }
        }

        return settings;
    }

    private static Setting? Find(string key) => All.FirstOrDefault(setting => setting.Matches(key));

    private static string Suggestion(string key) =>
        Spelling.Nearest(key, All.Select(setting => setting.Key)) is { } near
            ? $" Did you mean {near}?"
            : $" Known are {string.Join(", ", All.Select(setting => setting.Key))}.";
}
