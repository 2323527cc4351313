namespace Agent.Tcp.Metrics;

/// <summary>
/// Tells where one collection ends and the next begins. A collection asks each instrument once; an instrument that
/// asks again belongs to the next one. This holds with several readers (the SDK runs their collections one after the
/// other, each through every callback), and when views or listeners leave some instruments out.
/// </summary>
internal sealed class CollectionGate
{
    private uint _served = uint.MaxValue;

    /// <summary>True when instrument number <paramref name="instrument"/> (0 to 31) begins a new collection.</summary>
    public bool Enter(int instrument)
    {
        uint bit = 1u << instrument;
        bool begins = (_served & bit) != 0;
        _served = begins ? bit : _served | bit;
        return begins;
    }
}
