namespace Agent.Tcp;

/// <summary>What the kernel measured of one sampled connection.</summary>
/// <param name="Scope">Where its peer is.</param>
/// <param name="Microseconds">The smoothed round-trip time; null until one has been measured.</param>
/// <param name="RetransmissionRatio">
/// Bytes sent again of all bytes sent; null where nothing was sent, or where the kernel does not tell (before Linux 4.19).
/// </param>
internal readonly record struct RoundTrip(PeerScope Scope, uint? Microseconds, double? RetransmissionRatio);

/// <summary>How much is to be sampled of a namespace.</summary>
/// <param name="Established">Its established connections, as last counted.</param>
/// <param name="Most">How many of them may be sampled.</param>
internal readonly record struct SampleSize(long Established, int Most);

/// <summary>The connections that one collection samples, of all namespaces together. Reused.</summary>
/// <param name="most">How many there may be.</param>
internal sealed class RoundTripSample(int most)
{
    private readonly RoundTrip[] _taken = new RoundTrip[most];
    private int _count;
    private int _begun;

    /// <summary>How many there may be.</summary>
    public int Most => _taken.Length;

    /// <summary>How many more there may be.</summary>
    public int Left => _taken.Length - _count;

    /// <summary>Those of the namespace that is being sampled; valid until the next <see cref="Clear"/>.</summary>
    public ArraySegment<RoundTrip> OfNamespace => new(_taken, _begun, _count - _begun);

    /// <summary>What is sampled of the namespace had to be learned first: the next time will cost less.</summary>
    public bool HasLearned { get; set; }

    /// <summary>A collection begins.</summary>
    public void Clear() => _count = _begun = 0;

    /// <summary>A namespace begins.</summary>
    public void Begin() => _begun = _count;

    /// <summary>What was taken of the namespace is void.</summary>
    public void Void() => _count = _begun;

    /// <summary>Takes one of the namespace: behind the last, or in the place of another.</summary>
    public void Set(int index, in RoundTrip one)
    {
        _taken[_begun + index] = one;
        _count = Math.Max(_count, _begun + index + 1);
    }
}
