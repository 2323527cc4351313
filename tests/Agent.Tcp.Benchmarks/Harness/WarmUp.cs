namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>Runs a contestant until its code is compiled for good and its files are in memory.</summary>
internal static class WarmUp
{
    /// <summary>The runtime recompiles a method after 30 calls, and begins to 100 ms after the last new one.</summary>
    private const int Calls = 40;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.6);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(3);

    public static void Run(IContestant contestant)
    {
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan elapsed = TimeSpan.Zero;
        for (int call = 0; elapsed < Most && (call < Calls || elapsed < Least); call++)
        {
            _ = contestant.Run();
            elapsed = TimeProvider.System.GetElapsedTime(start);
        }
    }
}
