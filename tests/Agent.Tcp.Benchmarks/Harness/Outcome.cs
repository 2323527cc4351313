namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>What one size gave, by contestant's name.</summary>
internal sealed record Outcome(int Sockets, IReadOnlyList<Series> Series)
{
    public Series? this[string name] =>
        Series.FirstOrDefault(series => string.Equals(series.Name, name, StringComparison.Ordinal));

    /// <summary>Null when either is missing.</summary>
    public double? Ratio(string of, string to) =>
        this[of] is { } numerator && this[to] is { } denominator ? numerator.RatioTo(denominator) : null;

    public double? AllocatedBytes(string name) => this[name]?.MaxAllocatedBytes;
}
