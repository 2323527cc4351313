namespace Agent.Export.Transport;

/// <summary>A URL as it may be shown: its query can hold a key.</summary>
internal static class ShownUrl
{
    public static string Of(Uri url) => url.GetLeftPart(UriPartial.Path) + (url.Query.Length > 0 ? "?(not shown)" : "");
}
