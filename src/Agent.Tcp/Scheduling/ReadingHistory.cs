namespace Agent.Tcp.Scheduling;

/// <summary>When a namespace was read, and how far it has moved since. Times are the clock's timestamps.</summary>
internal sealed class ReadingHistory
{
    /// <summary>
    /// How long a reading stands for the namespace as it is now while the totals are what they were. They miss what keeps
    /// them: a state that changes, such as established to close_wait, one that comes as another goes, half-open requests, and
    /// what else only rows tell.
    /// </summary>
    public static readonly TimeSpan Confirmable = TimeSpan.FromMinutes(1);

    /// <summary>A reading's part of the smoothed cost is one in so many.</summary>
    private const int Smoothing = 4;

    /// <summary>When it was found.</summary>
    public long? FoundAt { get; set; }

    /// <summary>When it was last read, or that was tried; null when it never was.</summary>
    public long? ReadAt { get; set; }

    /// <summary>When no family of it failed the last time; null when that never was.</summary>
    public long? WholeAt { get; set; }

    /// <summary>When its sockets were last listed, not only counted; null when they never were.</summary>
    public long? ListedAt { get; set; }

    /// <summary>How many readings in a row have counted, without one between that listed.</summary>
    public int CountedInARow { get; set; }

    /// <summary>What a reading costs in CPU time, smoothed over the last few; null until the first.</summary>
    public TimeSpan? Cost { get; private set; }

    /// <summary>The totals as they were when this snapshot began; null when they could not be told.</summary>
    public SocketTotals? TotalsNow { get; private set; }

    /// <summary>The totals just before the last reading.</summary>
    public SocketTotals? TotalsWhenRead { get; private set; }

    /// <summary>How far the totals have moved since then.</summary>
    public long Movement { get; set; }

    /// <summary>
    /// The last reading was whole and is not old, and the namespace has as many sockets, of each family and in TIME_WAIT, as
    /// it had then.
    /// </summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>A snapshot begins, with these totals.</summary>
    /// <param name="totals">Null when they cannot be told.</param>
    /// <param name="time">The clock.</param>
    public void Move(SocketTotals? totals, TimeProvider time)
    {
        TotalsNow = totals;
        IsConfirmed = totals is not null
            && totals == TotalsWhenRead
            && WholeAt is { } wholeAt
            && wholeAt == ReadAt
            && time.GetElapsedTime(wholeAt) < Confirmable;
        Movement = totals is { } now && TotalsWhenRead is { } before ? now.DistanceTo(before) : 0;
    }

    /// <summary>A reading has cost this much.</summary>
    public void Learn(TimeSpan cost) => Cost = Cost is { } before ? before + ((cost - before) / Smoothing) : cost;

    /// <summary>It has been read, now.</summary>
    public void Remember(Reading reading, long now)
    {
        ReadAt = now;
        TotalsWhenRead = TotalsNow;
        if (reading.HasResult)
        {
            CountedInARow = reading.IsCounted ? CountedInARow + 1 : 0;
        }

        if (!reading.HasFailed)
        {
            WholeAt = now;
            ListedAt = reading.IsCounted ? ListedAt : now;
        }
    }
}
