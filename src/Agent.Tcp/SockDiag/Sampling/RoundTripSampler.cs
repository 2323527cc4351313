using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// Samples established connections in turn, by a <see cref="SampleWalk"/> in the order of the kernel's hash, which does not
/// depend on what is measured of them. Allocates nothing. Not thread-safe.
/// </summary>
/// <param name="exchange">Takes the dumps.</param>
/// <param name="cpu">The CPU time of the thread.</param>
internal sealed class RoundTripSampler(SockDiagExchange exchange, Func<TimeSpan> cpu) : ISockDiagSink
{
    private RoundTripSample? _into;
    private long _received;

    /// <summary>Samples the connections that come next in one namespace. The sample is empty where that failed.</summary>
    public SockDiagResult Read(SampleWalk walk, SampleLimit limit, RoundTripSample into)
    {
        (_into, _received) = (into, 0);
        into.Begin(limit.Most);
        exchange.Begin();
        TimeSpan begun = cpu();
        bool hasBegun = false;
        long inDatagram = 0;
        do
        {
            SockDiagResult result = default;
            if (!walk.IsUnderWay)
            {
                if (hasBegun)
                {
                    break;
                }

                hasBegun = true;
                result = walk.Begin(exchange);
            }

            long before = _received;
            result = result.IsWhole ? walk.Next(exchange, this) : result;
            if (!result.IsWhole)
            {
                into.Void();
                return result;
            }

            inDatagram = Math.Max(inDatagram, _received - before);
        }
        while (walk.IsAhead || (_received + inDatagram <= limit.Most && cpu() - begun < limit.Cpu));

        return default;
    }

    /// <summary>Begins nothing anew: a dump that failed is no sample.</summary>
    public void Begin()
    {
    }

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        if (message.idiag_family is not (InetDiag.AF_INET or InetDiag.AF_INET6))
        {
            return false;
        }

        _received++;
        _into!.Add(InetDiagAttributes.RoundTrip(in message, attributes));
        return true;
    }
}
