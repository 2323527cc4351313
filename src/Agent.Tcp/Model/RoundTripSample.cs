namespace Agent.Tcp;

/// <summary>What the kernel measured of one sampled connection.</summary>
/// <param name="Scope">Where its peer is.</param>
/// <param name="Microseconds">The smoothed round-trip time; null until one has been measured.</param>
/// <param name="RetransmissionRatio">
/// Bytes sent again of all bytes sent; null where nothing was sent, or where the kernel does not tell (before Linux 4.19).
/// </param>
internal readonly record struct RoundTrip(PeerScope Scope, uint? Microseconds, double? RetransmissionRatio);

/// <summary>How much may be sampled of a namespace.</summary>
/// <param name="Most">How many connections.</param>
/// <param name="Cpu">For how much CPU time: no more is begun once it is spent.</param>
/// <param name="Parts">In how many parts its connections are taken, from 1 on.</param>
/// <param name="FirstPort">The least of its ephemeral ports, by which they are parted.</param>
/// <param name="LastPort">The greatest.</param>
internal readonly record struct SampleLimit(
    int Most, TimeSpan Cpu, int Parts = 1, ushort FirstPort = SampleLimit.DefaultFirstPort, ushort LastPort = SampleLimit.DefaultLastPort)
{
    /// <summary>The kernel's default of <c>ip_local_port_range</c> (net/ipv4/af_inet.c, <c>inet_init_net</c>).</summary>
    public const ushort DefaultFirstPort = 32768;

    /// <inheritdoc cref="DefaultFirstPort"/>
    public const ushort DefaultLastPort = 60999;
}

/// <summary>The connections that one collection samples, of all namespaces together. Reused. Not thread-safe.</summary>
/// <param name="most">How many there may be.</param>
/// <param name="random">Chooses where more come than may be taken.</param>
internal sealed class RoundTripSample(int most, Random random)
{
    private readonly RoundTrip[] _taken = new RoundTrip[most];
    private int _begun;
    private int _mostOfNamespace;
    private long _received;

    /// <summary>How many more there may be.</summary>
    public int Left => _taken.Length - _begun - Count;

    /// <summary>Those of the namespace that is being sampled; valid until the next <see cref="Clear"/>.</summary>
    public ArraySegment<RoundTrip> OfNamespace => new(_taken, _begun, Count);

    private int Count => (int)Math.Min(_received, _mostOfNamespace);

    /// <summary>A collection begins.</summary>
    public void Clear() => (_begun, _received) = (0, 0);

    /// <summary>A namespace begins, of which so many may be taken, and no more than are left.</summary>
    public void Begin(int ofNamespace)
    {
        _begun += Count;
        (_mostOfNamespace, _received) = (Math.Min(ofNamespace, _taken.Length - _begun), 0);
    }

    /// <summary>What was taken of the namespace is void.</summary>
    public void Void() => _received = 0;

    /// <summary>Takes one; where more come than may be taken, any of them with the same chance (Vitter's algorithm R).</summary>
    public void Add(in RoundTrip one)
    {
        long place = _received < _mostOfNamespace ? _received : random.NextInt64(_received + 1);
        _received++;
        if (place < _mostOfNamespace)
        {
            _taken[_begun + (int)place] = one;
        }
    }
}
