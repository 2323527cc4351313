using System.Collections.Immutable;
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
        new("Tcp:PodLogs", TcpInstrumentationOptions.DefaultPodLogs, "an absolute path, or nothing for no pod names",
            "The kubelet's directory of pod logs, whose entries tell the names of pods. It need not exist.",
            (settings, _, value) => value.Length == 0
                ? SettingParser.Apply("", path => settings.Tcp.PodLogs = path)
                : SettingParser.TryAbsolutePath(value, path => settings.Tcp.PodLogs = path)),
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
                faults.Add($"{value.Source}: \"{value.Value}\" is not allowed; it takes {setting.Allowed}.");
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
