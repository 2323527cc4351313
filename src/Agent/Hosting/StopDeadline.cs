namespace Agent.Hosting;

/// <summary>
/// Ends the process when stopping takes too long. A read that a file system does not answer (a network mount, FUSE) cannot
/// be cancelled, and whoever waits for it goes on waiting.
/// </summary>
internal static class StopDeadline
{
    private static ITimer? _timer;

    /// <summary>Stopping begins.</summary>
    /// <param name="limit">How long it may take.</param>
    public static void Begin(TimeSpan limit) => _timer ??= TimeProvider.System.CreateTimer(
        _ =>
        {
            Console.Error.WriteLine($"agent: not stopped within {limit.TotalSeconds} s, so it ends now: a read or write is not answered.");
            Environment.Exit(Environment.ExitCode);
        },
        state: null,
        limit,
        Timeout.InfiniteTimeSpan);
}
