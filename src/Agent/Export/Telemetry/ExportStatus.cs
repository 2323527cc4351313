namespace Agent.Export.Telemetry;

/// <summary>Whether exports arrive, for those who report it. Thread-safe.</summary>
internal sealed class ExportStatus
{
    private long _failuresInARow;
    private int _last;
    private string? _spoolFault;

    public bool IsFailing => Volatile.Read(ref _failuresInARow) > 0;

    /// <summary>What became of the last collection.</summary>
    public ExportOutcome Last => (ExportOutcome)Volatile.Read(ref _last);

    /// <summary>Why the spool's disk cannot be used; null while it can.</summary>
    public string? SpoolFault
    {
        get => Volatile.Read(ref _spoolFault);
        set => Volatile.Write(ref _spoolFault, value);
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
