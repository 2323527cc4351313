namespace Agent.Export.Telemetry;

/// <summary>Whether exports are delivered, for the log and the health endpoint. Thread-safe.</summary>
internal sealed class ExportStatus
{
    private long _failuresInARow;
    private int _last;

    public bool IsFailing => Volatile.Read(ref _failuresInARow) > 0;

    /// <summary>What became of the last collection.</summary>
    public ExportOutcome Last => (ExportOutcome)Volatile.Read(ref _last);

    /// <summary>Why the spool's disk cannot be used; null while it can.</summary>
    public string? SpoolFault
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Why an export in the spool cannot be read; null while all can.</summary>
    public string? SpoolReadFault
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>An export did not arrive.</summary>
    public void Fail(ExportOutcome outcome)
    {
        Volatile.Write(ref _last, (int)outcome);
        Interlocked.Increment(ref _failuresInARow);
    }

    /// <summary>An export arrived.</summary>
    /// <returns>How many failed before it.</returns>
    public long Succeed()
    {
        Volatile.Write(ref _last, (int)ExportOutcome.Delivered);
        return Interlocked.Exchange(ref _failuresInARow, 0);
    }
}

/// <summary>What became of a collection.</summary>
internal enum ExportOutcome
{
    /// <summary>None has ended yet.</summary>
    None,

    /// <summary>The collector has it.</summary>
    Delivered,

    /// <summary>It is in the spool, on disk.</summary>
    Kept,

    /// <summary>It is in the spool's memory, because the disk could not be written.</summary>
    KeptInMemory,

    /// <summary>It could not be delivered, and there is no spool.</summary>
    Dropped,

    /// <summary>The collector refused it for good.</summary>
    Refused,
}

/// <summary>When metrics were last collected, for the health endpoint. Thread-safe.</summary>
internal sealed class CollectionBeat(TimeProvider time)
{
    private const long Never = long.MinValue;

    private readonly long _started = time.GetTimestamp();
    private long _last = Never;

    public bool HasBeaten => Volatile.Read(ref _last) != Never;

    /// <summary>Time since the last collection; since the start, when there was none.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _last) is var last && last != Never ? last : _started);

    /// <summary>A collection has just ended.</summary>
    public void Beat() => Volatile.Write(ref _last, time.GetTimestamp());
}
