using System.Text.Json;

namespace Agent.Tests.Support;

/// <summary>JSON as one line, to compare shapes exactly.</summary>
internal static class JsonText
{
    public static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
