using Agent.Configuration;

namespace Agent.Doctor.Checks;

/// <summary>Where the configuration comes from. That it is valid is known: the command ends before the checks when it is not.</summary>
internal static class ConfigurationCheck
{
    public static Finding Look(DoctorContext context)
    {
        int own = SettingValues.FromEnvironment(context.Environment).Count();
        int otel = context.Environment.Count(variable =>
            variable.Key.StartsWith("OTEL_", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(variable.Value));
        string file = context.ConfigFile is { } name ? $"file {name}" : "no file (built-in defaults)";
        return Finding.Ok($"valid: {file}, {own} variable(s) of the agent's, {otel} of OpenTelemetry's (OTEL_*)");
    }
}
