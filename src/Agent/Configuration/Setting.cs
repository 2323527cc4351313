namespace Agent.Configuration;

/// <summary>One setting: its key, what it takes, what it does.</summary>
/// <param name="Key">The key, sections parted by colons; a last part of <c>*</c> stands for any name.</param>
/// <param name="Default">The default as an operator would write it.</param>
/// <param name="Allowed">The allowed values, in words.</param>
/// <param name="Description">What it is for, in a sentence.</param>
/// <param name="TryApply">Parses a value for the full key and sets it; false when it is not allowed.</param>
internal sealed record Setting(
    string Key,
    string Default,
    string Allowed,
    string Description,
    Func<AgentSettings, string, string, bool> TryApply)
{
    private const string AnyName = "*";

    /// <summary>What it takes is a time, by the words of <see cref="Allowed"/>.</summary>
    public bool IsTime => Allowed.StartsWith("a time ", StringComparison.Ordinal);

    public string Section => Key[..Key.IndexOf(':', StringComparison.Ordinal)];

    public bool Matches(string key) => Key.EndsWith(AnyName, StringComparison.Ordinal)
        ? key.Length >= Key.Length
            && key.StartsWith(Key[..^1], StringComparison.OrdinalIgnoreCase)
            && key.IndexOf(':', Key.Length - 1) < 0
        : string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);
}
