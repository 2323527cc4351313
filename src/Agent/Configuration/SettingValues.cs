using Agent.Export.Disk;
using Microsoft.Extensions.Configuration;

namespace Agent.Configuration;

/// <summary>One key and its value, as a source gave it.</summary>
/// <param name="Key">The key, its sections separated by colons.</param>
/// <param name="Value">The value's text.</param>
/// <param name="Source">The key as the operator wrote it: a variable's name, or a file and key.</param>
internal sealed record SettingValue(string Key, string Value, string Source)
{
    /// <summary>What separates sections in the source.</summary>
    public string Separator { get; init; } = ConfigurationPath.KeyDelimiter;

    /// <summary>A key as the source would write it.</summary>
    public string Written(string key) => key.Replace(ConfigurationPath.KeyDelimiter, Separator, StringComparison.Ordinal);
}

/// <summary>Where settings come from.</summary>
internal static class SettingValues
{
    private const string EnvironmentSeparator = "__";

    /// <summary>A hundred times the file that sets everything.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Variables such as <c>Tcp__ProcRoot</c>; others are not the agent's.</summary>
    public static IEnumerable<SettingValue> FromEnvironment(IReadOnlyDictionary<string, string> environment) =>
        environment
            .OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .Select(variable => new SettingValue(
                variable.Key.Replace(EnvironmentSeparator, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
                variable.Value,
                $"variable {variable.Key}")
            {
                Separator = EnvironmentSeparator,
            })
            .Where(value => SettingSchema.IsInSection(value.Key));

    /// <summary>Every value of a JSON file of the <c>appsettings.json</c> shape (comments and trailing commas are allowed).</summary>
    public static IReadOnlyList<SettingValue> FromFile(string file, List<string> faults)
    {
        if (!File.Exists(file))
        {
            faults.Add(Directory.Exists(file)
                ? $"{file}: is a directory, not a configuration file. Name a file in it."
                : $"{file}: there is no such configuration file.");
            return [];
        }

        try
        {
            // A stream, because the file provider hides files whose names begin with a dot.
            using var disk = new DiskThread(DiskThread.AnswerLimit);
            IConfigurationRoot root = new ConfigurationBuilder().AddJsonStream(new MemoryStream(disk.Run(() => Read(file)))).Build();
            Dictionary<string, string?> pairs = root.AsEnumerable().ToDictionary(StringComparer.OrdinalIgnoreCase);
            return [.. pairs
                .Where(pair => pair.Value is not null || IsUnknownAndEmpty(pair.Key, pairs.Keys))
                .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                .Select(pair => new SettingValue(pair.Key, pair.Value ?? "", $"{file}: {pair.Key}"))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            faults.Add(Describe(file, exception.GetBaseException()));
            return [];
        }
    }

    /// <summary>A section that is misspelled is one when it has nothing in it, too.</summary>
    private static bool IsUnknownAndEmpty(string key, IEnumerable<string> keys) =>
        !SettingSchema.IsKnown(key) && !keys.Any(other => other.StartsWith(key + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));

    /// <summary>A pipe is a file too (<c>--config &lt;(…)</c>), and a device may never end.</summary>
    private static byte[] Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] text = new byte[MaxBytes + 1];
        int length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length <= MaxBytes ? text[..length] : throw new IOException($"is larger than {MaxBytes} bytes, which no configuration is");
    }

    /// <summary>A syntax error with its line as editors count them; the parser counts from 0.</summary>
    private static string Describe(string file, Exception exception)
    {
        if (exception is not JsonException { LineNumber: { } line, BytePositionInLine: { } position })
        {
            return $"{file}: {exception.Message}";
        }

        int tail = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string message = tail < 0 ? exception.Message : exception.Message[..tail];
        return $"{file}, line {line + 1}, column {position + 1}: not valid JSON: {message}";
    }
}
