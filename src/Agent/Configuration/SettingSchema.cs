using System.Collections.Immutable;
using Agent.Export.Pipeline;
using Agent.Export.Spool;
using Agent.Export.Transport;
using Agent.Health;
using Agent.Tcp;
using Microsoft.Extensions.Logging;

namespace Agent.Configuration;

/// <summary>
/// Every setting there is. The one place that knows keys, defaults and bounds: reading, checking and the reference in
/// the documentation all go by it.
/// </summary>
internal static class SettingSchema
{
    public static ImmutableArray<Setting> All { get; } =
    [
        new("Tcp:ProcRoot", TcpInstrumentationOptions.DefaultProcRoot, "an absolute path",
            "Where the node's procfs is mounted; in a container, the mount of the host's.",
            (settings, _, value) => SettingParser.TryAbsolutePath(value, path => settings.Tcp.ProcRoot = path)),
        new("Tcp:Namespaces", "All", "Own, Host or All",
            "Which network namespaces are read: the agent's own, the host's, or every one that can be seen.",
            (settings, _, value) => SettingParser.TryEnum<NamespaceScope>(value, scope => settings.Tcp.Namespaces = scope)),
        new("Tcp:Source", "Auto", "Auto, Procfs or SockDiag",
            "Which interface of the kernel the sockets are read by; Auto takes sock_diag where it can see, otherwise procfs.",
            (settings, _, value) => SettingParser.TryEnum<TcpSource>(value, source => settings.Tcp.Source = source)),
        new("Tcp:Counting", "Auto", "Auto, List or Totals",
            "How sock_diag learns how many sockets are established: from the kernel's totals where that is cheaper, or always the one or the other.",
            (settings, _, value) => SettingParser.TryEnum<TcpCounting>(value, counting => settings.Tcp.Counting = counting)),
        new("Tcp:ListEvery", "Auto", "Auto, or a whole number from 1 to 1000",
            "Where established sockets are counted from totals, every so many readings list them all the same, for stalls and queues; Auto is 5, of large tables 20, but no later than after 5 minutes.",
            (settings, _, value) => SettingParser.TryAutoOrInteger(
                value, 1, TcpInstrumentationOptions.GreatestListEvery, count => settings.Tcp.ListEvery = count)),
        new("Tcp:BoundInactive", "false", "true or false",
            "Whether sock_diag also counts sockets that are bound but neither listen nor connect; a fifth more of its cost.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.BoundInactive = on)),
        new("Tcp:ReadTimeout", "00:00:10", "a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300",
            "How long reading one table may take before it counts as failed.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                TcpInstrumentationOptions.MinReadTimeoutSeconds,
                TcpInstrumentationOptions.MaxReadTimeoutSeconds,
                time => settings.Tcp.ReadTimeout = time)),
        new("Tcp:CollectionTimeout", "00:00:10", "a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300",
            "How long reading for one collection may take; what is left over keeps its last reading.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                TcpInstrumentationOptions.MinReadTimeoutSeconds,
                TcpInstrumentationOptions.MaxReadTimeoutSeconds,
                time => settings.Tcp.CollectionTimeout = time)),
        new("Tcp:CpuBudget", "0.02", "a number from 0.001 to 1",
            "The share of one core that the agent may take, averaged; the host's namespace is always read, others by turns. 1 is without bound.",
            (settings, _, value) => SettingParser.TryNumber(
                value,
                TcpInstrumentationOptions.MinCpuBudget,
                TcpInstrumentationOptions.MaxCpuBudget,
                share => settings.Tcp.CpuBudget = share)),
        new("Tcp:MaxNamespaces", "500", "a whole number from 1 to 10000",
            "How many namespaces have series of their own; those beyond are summed into one, called other.",
            (settings, _, value) => SettingParser.TryInteger(
                value, 1, TcpInstrumentationOptions.GreatestMaxNamespaces, count => settings.Tcp.MaxNamespaces = count)),
        new("Tcp:Metrics:Stalled", "true", "true or false",
            "Whether connections that retransmit, or whose peer takes nothing more, are reported.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.Metrics.Stalled = on)),
        new("Tcp:Metrics:Queues", "true", "true or false",
            "Whether the bytes in the sockets' queues are reported.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.Metrics.Queues = on)),
        new("Tcp:Metrics:Listeners", "true", "true or false",
            "Whether connections that wait for accept() are reported, by listening port.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.Metrics.Listeners = on)),
        new("Tcp:Metrics:Counters", "true", "true or false",
            "Whether the kernel's counters (opens, resets, segments, overflows, timeouts) are read and reported.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.Metrics.Counters = on)),
        new("Tcp:Metrics:Memory", "true", "true or false",
            "Whether the node's orphaned sockets and the memory of TCP's buffers are read and reported.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.Metrics.Memory = on)),
        new("Tcp:Listeners:MaxPorts", "32", "a whole number from 1 to 1000",
            "How many listening ports of a namespace have series of their own; the rest are summed into one, called other.",
            (settings, _, value) => SettingParser.TryInteger(
                value, 1, TcpInstrumentationOptions.GreatestMaxListenerPorts, count => settings.Tcp.MaxListenerPorts = count)),
        new("Tcp:SemanticConventions", "false", "true or false",
            "Whether system.network.connection.count of OpenTelemetry's semantic conventions is reported as well.",
            (settings, _, value) => SettingParser.TryBoolean(value, on => settings.Tcp.SemanticConventions = on)),
        new("Tcp:PodLogs", TcpInstrumentationOptions.DefaultPodLogs, "an absolute path, or nothing not to use it",
            "The kubelet's directory of pod logs, whose entries tell the names of pods by UID; by default root alone may list it. It need not exist.",
            (settings, _, value) => SettingParser.TryOptionalPath(value, path => settings.Tcp.PodLogs = path)),
        new("Tcp:ContainerLogs", TcpInstrumentationOptions.DefaultContainerLogs, "an absolute path, or nothing not to use it",
            "The kubelet's directory of links to container logs, which tell the names of pods by container ID (name of the link) and by UID (its target). It need not exist.",
            (settings, _, value) => SettingParser.TryOptionalPath(value, path => settings.Tcp.ContainerLogs = path)),
        new("Export:AttemptTimeout", "00:00:05", "a time from 00:00:00.01 to 00:05:00, or seconds from 0.01 to 300",
            "How long one attempt may wait for its answer; OTEL_EXPORTER_OTLP_TIMEOUT bounds all attempts together.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinTimeoutSeconds,
                ExportSettings.MaxTimeoutSeconds,
                time => settings.Export.AttemptTimeout = time)),
        new("Export:HeadersFile", "", "an absolute path, or nothing for none",
            "A file of request headers, one name: value a line, such as a bearer token; read again when it changes.",
            (settings, _, value) => SettingParser.TryOptionalPath(value, path => settings.Export.HeadersFile = path)),
        new("Export:Retry:MaxRetries", "10", "a whole number from 0 to 100",
            "How many further attempts an export gets after the first, while its time lasts.",
            (settings, _, value) => SettingParser.TryInteger(
                value, 0, ExportSettings.MaxRetriesLimit, count => settings.Export.Retry.MaxRetries = count)),
        new("Export:Retry:InitialDelay", "00:00:00.5", "a time from 00:00:00.01 to 00:05:00, or seconds from 0.01 to 300",
            "The greatest wait before the first retry; it doubles each time. The wait is drawn from nothing to it.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinTimeoutSeconds,
                ExportSettings.MaxTimeoutSeconds,
                time => settings.Export.Retry.InitialDelay = time)),
        new("Export:Retry:MaxDelay", "00:00:05", "a time from 00:00:00.01 to 00:05:00, or seconds from 0.01 to 300",
            "What the doubling stops at.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinTimeoutSeconds,
                ExportSettings.MaxTimeoutSeconds,
                time => settings.Export.Retry.MaxDelay = time)),
        new("Export:Retry:MaxRetryAfter", "00:05:00", "a time from 00:00:00.5 to 01:00:00, or seconds from 0.5 to 3600",
            "The longest wait that the collector may ask for (Retry-After, RetryInfo); more is cut to it.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinBreakSeconds,
                ExportSettings.MaxBreakSeconds,
                time => settings.Export.Retry.MaxRetryAfter = time)),
        new("Export:Breaker:FailureRatio", "0.9", "a number from 0.01 to 1",
            "The share of failed attempts at which no more are made for a while (the circuit breaker opens).",
            (settings, _, value) => SettingParser.TryNumber(value, 0.01, 1, share => settings.Export.Breaker.FailureRatio = share)),
        new("Export:Breaker:MinimumThroughput", "5", "a whole number from 2 to 1000",
            "The least number of attempts that the circuit breaker judges by.",
            (settings, _, value) => SettingParser.TryInteger(
                value,
                ExportSettings.MinBreakerThroughput,
                ExportSettings.MaxBreakerThroughput,
                count => settings.Export.Breaker.MinimumThroughput = count)),
        new("Export:Breaker:SamplingDuration", "00:02:00", "a time from 00:00:00.5 to 01:00:00, or seconds from 0.5 to 3600",
            "The time over which the circuit breaker judges attempts.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinBreakSeconds,
                ExportSettings.MaxBreakSeconds,
                time => settings.Export.Breaker.SamplingDuration = time)),
        new("Export:Breaker:BreakDuration", "00:00:15", "a time from 00:00:00.5 to 01:00:00, or seconds from 0.5 to 3600",
            "How long the open circuit breaker lets no attempt through, at most three quarters of the export interval; then one tries.",
            (settings, _, value) => SettingParser.TryTime(
                value,
                ExportSettings.MinBreakSeconds,
                ExportSettings.MaxBreakSeconds,
                time => settings.Export.Breaker.BreakDuration = time)),
        new("Export:Spool:Path", "", "an absolute path, or nothing for no spool",
            "The directory that keeps what could not be delivered, across restarts, until it can.",
            (settings, _, value) => SettingParser.TryOptionalPath(value, path => settings.Export.Spool.Path = path)),
        new("Export:Spool:MaxBytes", "268435456", "a whole number of bytes from 65536 to 1099511627776",
            "How large the spool may grow; beyond it the oldest payloads are dropped, and counted.",
            (settings, _, value) => SettingParser.TryLong(
                value, SpoolSettings.MinBytes, SpoolSettings.MaxBytesLimit, bytes => settings.Export.Spool.MaxBytes = bytes)),
        new("Export:Spool:MaxAge", "3.00:00:00", "a time from 00:00:01 to 30.00:00:00, or seconds from 1 to 2592000",
            "How long a payload is kept; older ones are dropped, and counted.",
            (settings, _, value) => SettingParser.TryTime(
                value, SpoolSettings.MinAgeSeconds, SpoolSettings.MaxAgeSeconds, age => settings.Export.Spool.MaxAge = age)),
        new("Export:Spool:MaxMemoryBytes", "8388608", "a whole number of bytes from 65536 to 1099511627776",
            "How much is held in memory while the spool's disk cannot be written; beyond it the oldest payloads are dropped.",
            (settings, _, value) => SettingParser.TryLong(
                value, SpoolSettings.MinBytes, SpoolSettings.MaxBytesLimit, bytes => settings.Export.Spool.MaxMemoryBytes = bytes)),
        new("Export:Spool:ReplayRate", "5", "a number from 0.1 to 1000",
            "How many kept payloads are sent per second, on average, once the collector is back; new ones go first.",
            (settings, _, value) => SettingParser.TryNumber(
                value, SpoolSettings.MinReplayRate, SpoolSettings.MaxReplayRate, rate => settings.Export.Spool.ReplayRate = rate)),
        new("Health:Port", "0", "a whole number from 0 to 65535; 0 for none",
            "The TCP port that answers /healthz and /readyz over HTTP.",
            (settings, _, value) => SettingParser.TryInteger(
                value, 0, HealthSettings.MaxPort, port => settings.Health.Port = port)),
        new("Health:Address", "127.0.0.1", "an IP address of the machine, or 0.0.0.0 or :: for all",
            "The address that the health port listens on; 127.0.0.1 is for this machine alone.",
            (settings, _, value) => SettingParser.TryAddress(value, address => settings.Health.Address = address)),
        new("Logging:Format", "Text", "Text or Json",
            "How log lines look: one line an event either way, on standard error.",
            (settings, _, value) => SettingParser.TryEnum<LogFormat>(value, format => settings.Logging.Format = format)),
        new("Logging:LogLevel:*", "Information", "Trace, Debug, Information, Warning, Error, Critical or None",
            "The least level logged for a category (a prefix, such as Agent.Tcp); Default stands for all others.",
            (settings, key, value) => SettingParser.TryEnum<LogLevel>(
                value, level => settings.Logging.Levels[key[(key.LastIndexOf(':') + 1)..]] = level)),
    ];

    private static ImmutableArray<string> Sections { get; } = [.. All.Select(setting => setting.Section).Distinct(StringComparer.Ordinal)];

    /// <summary>The key stands in one of the agent's sections.</summary>
    public static bool IsInSection(string key) =>
        Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Applies the values in order, later ones winning, and adds a fault for each that does not hold.</summary>
    public static AgentSettings Apply(IEnumerable<SettingValue> values, List<string> faults)
    {
        var settings = new AgentSettings();
        foreach (SettingValue value in values)
        {
            if (Find(value.Key) is not { } setting)
            {
                faults.Add($"{value.Source}: there is no such setting.{Suggestion(value.Key)}");
            }
            else if (!setting.TryApply(settings, value.Key, value.Value.Trim()))
            {
                faults.Add($"{value.Source}: \"{ShownUrl.Of(value.Value)}\" is not allowed; it takes {setting.Allowed}."
                    + (setting.IsTime ? SettingParser.TimeForm(value.Value.Trim()) : ""));
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
