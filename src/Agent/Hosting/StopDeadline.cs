namespace Agent.Hosting;

/// <summary>
/// Ends the process when stopping takes too long. A read that a file system does not answer (a network mount, FUSE) cannot
/// be cancelled, and whoever waits for it goes on waiting.
/// </summary>
internal static class StopDeadline
{
    /// <summary>From SIGTERM to the end, whatever happens.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);

    private static ITimer? _timer;

    /// <summary>Stopping begins.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="ended">Called before the process ends.</param>
    public static void Begin(TimeProvider time, Action ended) => _timer ??= time.CreateTimer(
        _ =>
        {
            ended();
            Environment.Exit(Environment.ExitCode);
        },
        state: null,
        Limit,
        Timeout.InfiniteTimeSpan);
}
