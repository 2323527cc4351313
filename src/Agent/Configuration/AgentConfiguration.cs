using Agent.Export;
using Agent.Export.Transport;
using Agent.Tcp;
using Microsoft.Extensions.Options;

namespace Agent.Configuration;

/// <summary>Everything the agent is told: its own settings, and OpenTelemetry's variables.</summary>
/// <param name="Settings">The sections <c>Tcp</c> and <c>Logging</c>.</param>
/// <param name="Telemetry">What the <c>OTEL_*</c> variables say.</param>
internal sealed record AgentConfiguration(AgentSettings Settings, TelemetrySettings Telemetry)
{
    /// <summary>The variable that names the configuration file where <c>--config</c> does not.</summary>
    private const string ConfigFileVariable = "AGENT_CONFIG";

    /// <summary>The resource attributes that the variables set.</summary>
    public ResourceVariables Resource { get; init; } = ResourceVariables.None;

    /// <summary>Why variables, or parts of them, are ignored, a sentence for each.</summary>
    public IReadOnlyList<string> Ignored => Telemetry.IsSdkRetryIgnored
        ? [.. Resource.Ignored, $"variable {TelemetrySettings.SdkRetryVariable} is ignored: the agent repeats exports itself, as Export:Retry says"]
        : Resource.Ignored;

    /// <summary>Reads the built-in defaults, then the file, then the environment; later wins.</summary>
    /// <exception cref="ConfigurationException">Some of it is wrong; the message lists all of it.</exception>
    public static AgentConfiguration Load(string? configFile, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new List<string>();
        string? file = configFile ?? FileOf(environment);
        IEnumerable<SettingValue> values = SettingValues.FromEnvironment(environment);
        if (file is not null)
        {
            values = SettingValues.FromFile(file, faults).Concat(values);
        }

        AgentSettings settings = SettingSchema.Apply(values, faults);
        Cardinality.Apply(settings.Tcp);
        AddCombinationFaults(settings.Tcp, faults);
        var variables = new OtelVariables(environment, faults);
        TelemetrySettings telemetry = TelemetrySettings.Read(variables);
        return faults.Count > 0
            ? throw new ConfigurationException(faults)
            : new AgentConfiguration(settings, telemetry) { Resource = ResourceVariables.Read(variables) };
    }

    /// <summary>The file that the environment names; null when it names none.</summary>
    public static string? FileOf(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue(ConfigFileVariable, out string? file) && file.Length > 0 ? file : null;

    /// <summary>Settings that are each allowed and do not go together.</summary>
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
