namespace Agent.Tcp.Metrics;

/// <summary>
/// Tells where one collection ends and the next begins. A collection asks each instrument once; an instrument that
/// asks again belongs to the next one. This holds with several readers (the SDK runs their collections one after the
/// other, each through every callback), and when views or listeners leave some instruments out. Where a second
/// listener enables other instruments, no collection is shown what is older than <see cref="MaxAge"/>.
/// </summary>
internal sealed class CollectionGate(TimeProvider time)
{
    /// <summary>The callbacks of one collection follow each other within microseconds; the snapshot's own time is not counted.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private uint _served = uint.MaxValue;
    private long _taken;

    /// <summary>True when instrument number <paramref name="instrument"/> (0 to 31) begins a new collection.</summary>
    public bool Enter(int instrument)
    {
        uint bit = 1u << instrument;
        bool begins = (_served & bit) != 0 || time.GetElapsedTime(_taken) > MaxAge;
        _served = begins ? bit : _served | bit;
        return begins;
    }

    /// <summary>The snapshot of the collection that began has been taken.</summary>
    public void Taken() => _taken = time.GetTimestamp();
}
