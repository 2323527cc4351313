using Agent.Export.Transport;

namespace Agent.Tests.Support;

/// <summary>OpenTelemetry's variables by name and value.</summary>
internal static class Variables
{
    /// <summary>What reads them; its faults go to the list.</summary>
    public static OtelVariables Of((string Name, string Value)[] variables, List<string> faults) =>
        new(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), faults);
}
