namespace Agent.Tcp.Namespaces;

/// <summary>Whose a network namespace is.</summary>
internal enum NamespaceKind : byte
{
    Host = 0,
    Other = 1,
}

internal static class NamespaceKinds
{
    public static string JsonValue(this NamespaceKind kind) => kind == NamespaceKind.Host ? "host" : "other";
}
