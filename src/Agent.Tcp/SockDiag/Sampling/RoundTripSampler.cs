using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// Samples established connections in turn, by a <see cref="SampleWalk"/>. Allocates nothing. Not thread-safe.
/// </summary>
/// <param name="exchange">Takes the dumps.</param>
/// <param name="cpu">The CPU time of the thread.</param>
internal sealed class RoundTripSampler(SockDiagExchange exchange, Func<TimeSpan> cpu) : ISockDiagSink
{
    private RoundTripSample? _into;
    private SampleWalk? _walk;
    private long _mostInDatagram;
    private long _received;

    /// <summary>Samples the connections that come next in one namespace. The sample is empty where that failed.</summary>
    public SockDiagResult Read(SampleWalk walk, SampleLimit limit, RoundTripSample into)
    {
        (_into, _walk, _received) = (into, walk, 0);
        into.Begin(limit.Most);
        exchange.Begin();
        TimeSpan begun = cpu();

        // Those and no fewer have every part, whichever a new round begins with.
        int dumpsLeft = walk.PartsLeft + limit.Parts;
        do
        {
            SockDiagResult result = default;
            if (!walk.IsUnderWay)
            {
                // Of a dump that begins, the first two datagrams are taken.
                if (dumpsLeft == 0 || (_received > 0 && _received + (2 * _mostInDatagram) > limit.Most))
                {
                    break;
                }

                dumpsLeft--;
                result = walk.Begin(exchange, limit);
            }

            long before = _received;
            result = result.IsWhole ? walk.Next(exchange, this) : result;
            if (!result.IsWhole)
            {
                into.Void();
                return result;
            }

            _mostInDatagram = Math.Max(_mostInDatagram, _received - before);
        }
        while (walk.IsAhead || ((_received == 0 || _received + _mostInDatagram <= limit.Most) && cpu() - begun < limit.Cpu));

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

        ushort local = InetDiag.HostOrder(message.id.idiag_sport);
        if (!_walk!.Slice.Contains(local, InetDiag.HostOrder(message.id.idiag_dport)))
        {
            // The kernel, or a sandbox that stands in for one, knows no filters.
            return true;
        }

        _walk.Learn(local);
        _received++;
        _into!.Add(InetDiagAttributes.RoundTrip(in message, attributes));
        return true;
    }
}
