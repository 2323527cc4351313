namespace Agent.Configuration;

/// <summary>The configuration has faults; the message lists every one, its key, and what is allowed.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> faults)
    : Exception(Describe(faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;

    private static string Describe(IReadOnlyList<string> faults) =>
        $"agent: the configuration has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}; nothing was started."
        + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}"));
}
