namespace Agent.Export.Transport;

/// <summary>
/// Reads OpenTelemetry's variables: an empty one counts as unset, and a per-signal one wins (OpenTelemetry
/// specification, "Environment Variable Specification" and "OpenTelemetry Protocol Exporter").
/// </summary>
internal sealed class OtelVariables(IReadOnlyDictionary<string, string> environment, List<string> faults)
{
    private const string ExporterPrefix = "OTEL_EXPORTER_OTLP_";
    private const string SignalPrefix = "OTEL_EXPORTER_OTLP_METRICS_";

    /// <summary>A day. Far beyond any use, and three times that still is a time that the platform's timers take.</summary>
    public const int GreatestMilliseconds = 86_400_000;

    public string? Text(string name) =>
        environment.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The per-signal variable's value, or the general one's, with the name of the one that was set.</summary>
    public (string Name, string? Value) Exporter(string suffix) =>
        Text(SignalPrefix + suffix) is { } own
            ? (SignalPrefix + suffix, own)
            : (ExporterPrefix + suffix, Text(ExporterPrefix + suffix));

    public static bool IsSignalVariable(string name) => name.StartsWith(SignalPrefix, StringComparison.Ordinal);

    public int Milliseconds(string name, string? value, int fallback, int least)
    {
        if (value is null)
        {
            return fallback;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            && milliseconds >= least && milliseconds <= GreatestMilliseconds)
        {
            return milliseconds;
        }

        Fault(name, value, $"a whole number of milliseconds from {least} to {GreatestMilliseconds}");
        return fallback;
    }

    /// <summary>One of a few words, in any case, mapped to its meaning.</summary>
    public T Choice<T>(string name, string? value, T fallback, params (string Word, T Meaning)[] choices)
    {
        if (value is null)
        {
            return fallback;
        }

        foreach ((string word, T meaning) in choices)
        {
            if (string.Equals(word, value, StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        Fault(name, value, string.Join(", ", choices.Select(choice => choice.Word)));
        return fallback;
    }

    public void Fault(string name, string value, string allowed) =>
        Fault(name, $"\"{ShownUrl.Of(value)}\" is not allowed; it takes {allowed}");

    public void Fault(string name, string fault) => faults.Add($"variable {name}: {fault}.");
}
