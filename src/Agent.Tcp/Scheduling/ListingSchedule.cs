namespace Agent.Tcp.Scheduling;

/// <summary>
/// When a namespace that could be counted is listed all the same, for what only the rows of established sockets tell:
/// stalls, queues, services and ephemeral ports.
/// </summary>
/// <param name="every">Every so many readings; null is by the table's size and the last listing's age.</param>
/// <param name="time">The clock that snapshots are timed by.</param>
internal sealed class ListingSchedule(int? every, TimeProvider time)
{
    /// <summary>
    /// Established sockets that need not be listed, and that make a table large: listing it every fifth time would cost a
    /// third to two thirds of what counting does.
    /// </summary>
    public const long Large = 50_000;

    /// <summary>So many readings, for a table of fewer.</summary>
    public const int EveryOfSmall = 5;

    public const int EveryOfLarge = 20;

    /// <summary>Where readings are far apart, listing costs little and what is as old as many of them tells little.</summary>
    public static readonly TimeSpan GreatestAge = TimeSpan.FromMinutes(5);

    /// <summary>Whether the reading that is about to begin has to list.</summary>
    public bool IsDue(Reading last, ReadingHistory history) =>
        last.NeedsListing
        && (history.ListedAt is not { } listedAt
            || history.CountedInARow + 1 >= (every ?? EveryOf(last))
            || (every is null && IsOld(listedAt, history.ReadAt)));

    private static int EveryOf(Reading last) => last.Counts.Countable >= Large ? EveryOfLarge : EveryOfSmall;

    /// <summary>Now is nearer to the greatest age than the next reading will be, if it is as far off as the last one.</summary>
    private bool IsOld(long listedAt, long? lastRead) =>
        lastRead is { } readAt && time.GetElapsedTime(listedAt) + (time.GetElapsedTime(readAt) / 2) >= GreatestAge;
}
