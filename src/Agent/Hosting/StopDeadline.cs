namespace Agent.Hosting;

/// <summary>
/// Ends the process when stopping takes too long. A read that a file system does not answer (a network mount, FUSE) cannot be
/// cancelled, and nothing that waits for it can end.
/// </summary>
internal static class StopDeadline
{
    private static ITimer? _timer;

    /// <summary>Starts the time limit for stopping.</summary>
    public static void Begin(TimeSpan limit) => _timer ??= TimeProvider.System.CreateTimer(
        _ =>
        {
            Console.Error.WriteLine($"agent: not stopped within {limit.TotalSeconds} s, so it ends now: a read or write does not return.");
            Environment.Exit(Environment.ExitCode);
        },
        state: null,
        limit,
        Timeout.InfiniteTimeSpan);
}
