namespace Agent.Export;

/// <summary>Whether exports arrive, for those who report it. Thread-safe.</summary>
internal sealed class ExportStatus
{
    private long _failuresInARow;

    public bool IsFailing => Volatile.Read(ref _failuresInARow) > 0;

    /// <summary>An export failed.</summary>
    /// <returns>True for the first failure after a success.</returns>
    public bool Fail() => Interlocked.Increment(ref _failuresInARow) == 1;

    /// <summary>An export arrived.</summary>
    /// <returns>How many failed before it.</returns>
    public long Succeed() => Interlocked.Exchange(ref _failuresInARow, 0);
}
