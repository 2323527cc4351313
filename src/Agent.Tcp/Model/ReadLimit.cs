namespace Agent.Tcp;

/// <summary>How long a reading may take: a time of its own, and no longer than what is left of the collection's.</summary>
/// <remarks>
/// A reading in place of one that failed (<see cref="IsFallback"/>) has its own time whatever the failed one left of the
/// collection's: there is no other result for that namespace.
/// </remarks>
internal sealed class ReadLimit(TimeProvider time, TimeSpan reading)
{
    private long _begun;
    private TimeSpan? _collection;

    /// <summary>A collection begins that may take <paramref name="timeout"/>.</summary>
    public void Begin(TimeSpan timeout)
    {
        _begun = time.GetTimestamp();
        _collection = timeout;
    }

    /// <summary>Readings that begin now stand in for one that failed.</summary>
    public bool IsFallback { get; set; }

    /// <summary>The time of the collection is over.</summary>
    public bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>What a reading that begins now may take.</summary>
    public TimeSpan ForNext => !IsFallback && Left < reading ? Left : reading;

    private TimeSpan Left => _collection is { } collection ? collection - time.GetElapsedTime(_begun) : reading;
}
