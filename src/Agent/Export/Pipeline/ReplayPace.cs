namespace Agent.Export.Pipeline;

/// <summary>How fast kept payloads are sent.</summary>
/// <param name="rate">Payloads per second, on average.</param>
/// <param name="interval">The export interval.</param>
/// <param name="random">Where chance comes from.</param>
internal sealed class ReplayPace(double rate, TimeSpan interval, Random random)
{
    private static readonly TimeSpan LongestFirst = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first: from nothing to an interval, at most 10 s.</summary>
    public TimeSpan First() => (interval < LongestFirst ? interval : LongestFirst) * random.NextDouble();

    /// <summary>The wait before the next: half to one and a half of the average.</summary>
    public TimeSpan Next() => TimeSpan.FromSeconds((0.5 + random.NextDouble()) / rate);
}
