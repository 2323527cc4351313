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

    public OtelVariable Of(string name) => new(name, Text(name));

    /// <summary>The per-signal variable where it is set, otherwise the general one.</summary>
    public OtelVariable Exporter(string suffix) =>
        Of(SignalPrefix + suffix) is { Value: not null } own ? own : Of(ExporterPrefix + suffix);

    public static bool IsSignalVariable(string name) => name.StartsWith(SignalPrefix, StringComparison.Ordinal);

    public int Milliseconds(OtelVariable variable, int fallback, int least)
    {
        if (variable.Value is not { } value)
        {
            return fallback;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            && milliseconds >= least && milliseconds <= GreatestMilliseconds)
        {
            return milliseconds;
        }

        Fault(variable.Name, value, $"a whole number of milliseconds from {least} to {GreatestMilliseconds}");
        return fallback;
    }

    /// <summary>One of a few words, in any case, mapped to its meaning.</summary>
    public T Choice<T>(OtelVariable variable, T fallback, params (string Word, T Meaning)[] choices)
    {
        if (variable.Value is not { } value)
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

        Fault(variable.Name, value, string.Join(", ", choices.Select(choice => choice.Word)));
        return fallback;
    }

    public void Fault(string name, string value, string allowed) =>
        Fault(name, $"\"{ShownUrl.Of(value)}\" is not allowed; it takes {allowed}");

    public void Fault(string name, string fault) => faults.Add($"variable {name}: {fault}.");
}

/// <summary>A variable as it is set; null when it is not.</summary>
internal readonly record struct OtelVariable(string Name, string? Value);
