using System.Collections;
using Agent.Export;
using Agent.Export.Transport;
using Microsoft.Extensions.Options;

namespace Agent.Configuration;

/// <summary>The agent's whole configuration: its own settings, and OpenTelemetry's variables.</summary>
internal sealed record AgentConfiguration(AgentSettings Settings, TelemetrySettings Telemetry)
{
    /// <summary>Names the configuration file where <c>--config</c> does not.</summary>
    private const string ConfigFileVariable = "AGENT_CONFIG";

    /// <summary>The resource attributes that the variables set.</summary>
    public ResourceVariables Resource { get; init; } = ResourceVariables.None;

    /// <summary>Why variables, or parts of them, are ignored, one sentence for each.</summary>
    public IReadOnlyList<string> Ignored => Telemetry.IsSdkRetryIgnored
        ? [.. Resource.Ignored, $"variable {TelemetrySettings.SdkRetryVariable} is ignored: the agent retries exports itself (Export:Retry)"]
        : Resource.Ignored;

    /// <summary>The process's environment, as a value: what reads configuration does not access the process itself.</summary>
    public static IReadOnlyDictionary<string, string> ReadEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>Reads the built-in defaults, then the file, then the environment; later ones win.</summary>
    /// <exception cref="ConfigurationException">The configuration has faults; the message lists all of them.</exception>
    public static AgentConfiguration Load(string? configFile, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new List<string>();
        AgentSettings settings = SettingSchema.Apply(Values(configFile, environment, faults), faults);
        AddCombinationFaults(settings.Tcp, faults);
        var variables = new OtelVariables(environment, faults);
        TelemetrySettings telemetry = TelemetrySettings.Read(variables);
        return faults.Count > 0
            ? throw new ConfigurationException(faults)
            : new AgentConfiguration(settings, telemetry) { Resource = ResourceVariables.Read(variables) };
    }

    /// <summary>The file that the environment names, or null.</summary>
    public static string? FileOf(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue(ConfigFileVariable, out string? file) && file.Length > 0 ? file : null;

    /// <summary>The setting <c>Tcp:ProcRoot</c> alone: faults of other settings do not matter.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="faults">Gets what makes the setting unknown; the default is returned then.</param>
    public static string ProcRootOf(IReadOnlyDictionary<string, string> environment, List<string> faults) =>
        SettingSchema.Apply(Values(null, environment, faults).Where(value => IsProcRoot(value.Key)), faults).Tcp.ProcRoot;

    private static bool IsProcRoot(string key) => string.Equals(key, SettingSchema.ProcRoot, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<SettingValue> Values(string? configFile, IReadOnlyDictionary<string, string> environment, List<string> faults)
    {
        IEnumerable<SettingValue> values = SettingValues.FromEnvironment(environment);
        return (configFile ?? FileOf(environment)) is { } file ? SettingValues.FromFile(file, faults).Concat(values) : values;
    }

    /// <summary>Settings that are each allowed, but not together.</summary>
    private static void AddCombinationFaults(TcpInstrumentationOptions options, List<string> faults)
    {
        try
        {
            options.Validate();
        }
        catch (OptionsValidationException exception)
        {
            faults.AddRange(exception.Failures.Select(failure => $"Tcp:{failure}"));
        }
    }
}

/// <summary>The configuration has faults; the message lists every one with its key and what is allowed.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(
    $"agent: the configuration has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}; nothing was started."
    + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}")));
