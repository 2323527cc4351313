namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>A contestant by name, or why it is missing.</summary>
internal sealed record Entry(string Name, IContestant? Contestant, string? SkipReason = null)
{
    public static Entry Skipped(string name, string reason) => new(name, null, reason);
}
