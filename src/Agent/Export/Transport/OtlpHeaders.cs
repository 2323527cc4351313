namespace Agent.Export.Transport;

/// <summary>
/// The variable <c>OTEL_EXPORTER_OTLP_HEADERS</c>, in the format of W3C Baggage without its metadata (OpenTelemetry
/// specification, "Specifying headers via environment variables"). The SDK decodes before it splits, and is given none.
/// </summary>
internal static class OtlpHeaders
{
    /// <summary>Shorter values are too common to be hidden, and too short to be secrets.</summary>
    private const int LeastSecret = 4;

    /// <summary>
    /// Members separated by commas, empty ones skipped; each split at its first equals sign, its value percent-decoded. Of
    /// those with one name, the last counts, as in the other SDKs. What cannot be sent is a fault, by its place and name.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Read(OtelVariables variables, OtlpExportProtocol protocol)
    {
        (string variable, string? text) = variables.Exporter("HEADERS");
        var headers = new List<(string Name, string Value)>();
        foreach ((int index, string member) in (text ?? "").Split(',').Index())
        {
            if (string.IsNullOrWhiteSpace(member))
            {
                continue;
            }

            int equals = member.IndexOf('=', StringComparison.Ordinal);
            string name = member[..Math.Max(equals, 0)].Trim();
            string value = Uri.UnescapeDataString(member[(equals + 1)..].Trim()).Trim(' ');
            if (RequestHeader.Fault(name, value, protocol) is { } fault)
            {
                variables.Fault(variable, $"member {index + 1}: {fault}; it takes key=value pairs separated by commas, such as api-key=secret,x-tenant=ops");
                continue;
            }

            headers.RemoveAll(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase));
            headers.Add((name, value));
        }

        return headers;
    }

    /// <summary>A text without the headers' values, should the collector have echoed them, and without secrets in its URLs.</summary>
    public static string Hide(string text, IEnumerable<(string Name, string Value)> headers) => headers
        .SelectMany(pair => pair.Value.Split(' ').Append(pair.Value))
        .Where(value => value.Length >= LeastSecret)
        .OrderByDescending(value => value.Length)
        .Aggregate(ShownUrl.In(text), (shown, value) => shown.Replace(value, "(not shown)", StringComparison.Ordinal));
}
