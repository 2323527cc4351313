namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>The samples of one contestant, one for each round.</summary>
internal sealed record Series(string Name, IReadOnlyList<Sample> Samples, long? Sockets)
{
    public double MedianMilliseconds => Statistics.Median(Samples.Select(Milliseconds));

    public double MinMilliseconds => Samples.Min(Milliseconds);

    public double MaxMilliseconds => Samples.Max(Milliseconds);

    /// <summary>Of a program; 0 of anything else.</summary>
    public double MedianWallSeconds => Statistics.Median(Samples.Select(sample => sample.Wall?.TotalSeconds ?? 0));

    /// <summary>The most that any run allocated; null when it runs in another process.</summary>
    public long? MaxAllocatedBytes => Samples.Max(sample => sample.AllocatedBytes);

    /// <summary>
    /// Median over the rounds of the ratio within a round: the two ran side by side there, so a machine that slows down
    /// for a while slows both.
    /// </summary>
    public double RatioTo(Series other) => Statistics.Median(Samples.Zip(
        other.Samples, (own, others) => (double)own.CpuNanoseconds / others.CpuNanoseconds));

    /// <summary>The same, against the other's time less that of a third (the start of its process).</summary>
    public double RatioToDifference(Series other, Series without) => Statistics.Median(Samples.Select(
        (own, round) => (double)own.CpuNanoseconds
            / (other.Samples[round].CpuNanoseconds - without.Samples[round].CpuNanoseconds)));

    /// <summary>The same, against two others together.</summary>
    public double RatioToSum(Series first, Series second) => Statistics.Median(Samples.Select(
        (own, round) => (double)own.CpuNanoseconds
            / (first.Samples[round].CpuNanoseconds + second.Samples[round].CpuNanoseconds)));

    private static double Milliseconds(Sample sample) => sample.CpuNanoseconds / 1e6;
}
