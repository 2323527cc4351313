using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Agent.Export.Transport;

namespace Agent.Configuration;

/// <summary>
/// The resource attributes of <c>OTEL_RESOURCE_ATTRIBUTES</c> and <c>OTEL_SERVICE_NAME</c>, which wins (OpenTelemetry
/// specification, "Resource SDK"). A member that cannot be read is ignored with a warning.
/// </summary>
/// <param name="Attributes">By key; of members with the same key, the last wins.</param>
/// <param name="Ignored">Why members are ignored, one sentence for each.</param>
internal sealed record ResourceVariables(IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Ignored)
{
    private const string AttributesVariable = "OTEL_RESOURCE_ATTRIBUTES";
    private const string ServiceVariable = "OTEL_SERVICE_NAME";

    public static ResourceVariables None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal), []);

    public static ResourceVariables Read(OtelVariables variables)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var ignored = new List<string>();
        foreach ((int index, string member) in (variables.Text(AttributesVariable) ?? "").Split(',', StringSplitOptions.TrimEntries).Index())
        {
            int equals = member.IndexOf('=', StringComparison.Ordinal);
            string key = member[..Math.Max(equals, 0)].TrimEnd();
            if (member.Length == 0)
            {
                continue;
            }

            if (key.Length > 0 && TryDecode(member[(equals + 1)..].TrimStart(), out string? value))
            {
                attributes[key] = value;
                continue;
            }

            string why = equals < 0 ? $"{member} has no =" : key.Length == 0 ? "its key is empty" : $"the value of {key} cannot be percent-decoded";
            ignored.Add($"variable {AttributesVariable}: member {index + 1} is ignored: {why}");
        }

        if (variables.Text(ServiceVariable) is { } service)
        {
            attributes["service.name"] = service;
        }

        return new ResourceVariables(attributes, ignored);
    }

    /// <summary>Strict: the platform's own decoders keep or replace what they cannot decode.</summary>
    private static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        decoded = null;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte value = bytes[at];
            if (value == '%')
            {
                if (at + 2 >= bytes.Length
                    || !byte.TryParse(bytes.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                {
                    return false;
                }

                at += 2;
            }

            bytes[length++] = value;
        }

        Span<byte> whole = bytes.AsSpan(0, length);
        decoded = Utf8.IsValid(whole) ? Encoding.UTF8.GetString(whole) : null;
        return decoded is not null;
    }
}
