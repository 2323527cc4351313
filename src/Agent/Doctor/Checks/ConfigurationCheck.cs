using Agent.Configuration;
using Agent.Export;

namespace Agent.Doctor.Checks;

/// <summary>Where the configuration comes from. It is valid: otherwise the command ends before the checks.</summary>
internal static class ConfigurationCheck
{
    public static Finding Look(DoctorContext context)
    {
        int own = SettingValues.FromEnvironment(context.Environment).Count();
        int otel = context.Environment.Count(variable =>
            variable.Key.StartsWith("OTEL_", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(variable.Value));
        string file = context.ConfigFile is { } name ? $"file {name}" : "no file (built-in defaults)";
        string found = $"valid: {file}, {own} variable(s) of the agent, {otel} of OpenTelemetry (OTEL_*)";
        return context.Configuration.Ignored is { Count: > 0 } ignored
            ? Finding.Warning($"{found}; {string.Join("; ", ignored)}", new Fix(HowToFix(context.Configuration)))
            : Finding.Ok(found);
    }

    private static string HowToFix(AgentConfiguration configuration)
    {
        string attributes = configuration.Resource.Ignored.Count > 0
            ? "Write key=value pairs separated by commas, values percent-encoded: %25 for a percent sign."
            : "";
        string retry = configuration.Telemetry.IsSdkRetryIgnored ? $"Unset {TelemetrySettings.SdkRetryVariable}." : "";
        return $"{attributes} {retry}".Trim();
    }
}
