using System.Text.Json;

namespace Agent.Tests.Support.Backends;

/// <summary>A series as <c>/api/v1/export</c> prints it: one JSON object a line.</summary>
/// <param name="Labels">Its labels, the name among them.</param>
/// <param name="Samples">When, in ms since 1970, and the value.</param>
internal sealed record VictoriaMetricsSeries(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(long Milliseconds, double Value)> Samples)
{
    public static VictoriaMetricsSeries Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        return new VictoriaMetricsSeries(
            root.GetProperty("metric").EnumerateObject()
                .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
            [
                .. root.GetProperty("timestamps").EnumerateArray().Select(time => time.GetInt64())
                    .Zip(root.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())),
            ]);
    }
}
