namespace Agent.Configuration;

/// <summary>One setting.</summary>
/// <param name="Key">The key, its sections separated by colons; a last part of <c>*</c> stands for any name.</param>
/// <param name="Allowed">The allowed values, in words.</param>
/// <param name="Description">What it does, in a sentence.</param>
/// <param name="Read">The value in the settings, as an operator would write it; of a key with <c>*</c>, the default name's.</param>
/// <param name="TrySet">Parses a value and sets it, for the last part of the key; false when it is not allowed.</param>
/// <param name="Form">A sentence on the form of a value, for a text that does not have it; empty when it has.</param>
internal sealed record Setting(
    string Key,
    string Allowed,
    string Description,
    Func<AgentSettings, string> Read,
    Func<AgentSettings, string, string, bool> TrySet,
    Func<string, string> Form)
{
    private const string AnyName = "*";

    /// <summary>The default, as an operator would write it.</summary>
    public string Default { get; } = Read(new AgentSettings());

    public string Section => Key[..Key.IndexOf(':', StringComparison.Ordinal)];

    public static Setting Of<T>(
        string key, SettingType<T> type, Func<AgentSettings, T> get, Action<AgentSettings, T> set, string description) =>
        OfNames(key, type, get, (settings, _, value) => set(settings, value), description);

    /// <summary>A setting whose key ends with any name.</summary>
    public static Setting OfNames<T>(
        string key, SettingType<T> type, Func<AgentSettings, T> get, Action<AgentSettings, string, T> set, string description)
    {
        return new Setting(key, type.Allowed, description, settings => type.Write(get(settings)), TrySet, type.Form);

        bool TrySet(AgentSettings settings, string name, string text)
        {
            bool isAllowed = type.TryRead(text, out T value);
            if (isAllowed)
            {
                set(settings, name, value);
            }

            return isAllowed;
        }
    }

    public bool TryApply(AgentSettings settings, string key, string text) => TrySet(settings, key[(key.LastIndexOf(':') + 1)..], text);

    public bool Matches(string key) => Key.EndsWith(AnyName, StringComparison.Ordinal)
        ? key.Length >= Key.Length
            && key.StartsWith(Key[..^1], StringComparison.OrdinalIgnoreCase)
            && key.IndexOf(':', Key.Length - 1) < 0
        : string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);
}
