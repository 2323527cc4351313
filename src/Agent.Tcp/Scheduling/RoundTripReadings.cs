using Agent.Tcp.Ports;

namespace Agent.Tcp.Scheduling;

/// <summary>
/// Samples the round-trip times of namespaces that this collection has read by sock_diag, while there is budget. Together
/// they bring no more than <paramref name="most"/> connections, of each namespace about the same share.
/// </summary>
/// <param name="sources">Have a source sample.</param>
/// <param name="most">How many connections a collection may sample.</param>
internal sealed class RoundTripReadings(SourceSelector sources, int most)
{
    /// <summary>What may be sampled in any case is so small a part: where a node has many connections, few are in most pods.</summary>
    private const double EvenShare = 0.25;

    /// <summary>
    /// A part has so many times what a collection may sample: it takes a few collections, and any few have some of all peers. The
    /// order of the kernel's hash alone does not do that: from Linux 6.15 on, connections to one peer are next to one another in it.
    /// </summary>
    private const double CollectionsOfAPart = 2;

    /// <summary>Each part costs a walk, though one that passes most connections over.</summary>
    private const int MostParts = 256;

    private readonly EphemeralPortReader _ports = new();
    private readonly RoundTripSample _sample = new(most, new Random());
    private long _established;
    private int _namespaces;

    /// <summary>A snapshot begins: what was sampled for the one before is void.</summary>
    public void Begin(IReadOnlyList<NamespaceSnapshot> namespaces)
    {
        _sample.Clear();
        _established = _namespaces = 0;
        for (int index = 0; index < namespaces.Count; index++)
        {
            NamespaceSnapshot one = namespaces[index];
            one.Reading.RoundTrips = ArraySegment<RoundTrip>.Empty;
            if (one.Reading is { Source: TcpSourceKind.SockDiag, HasResult: true })
            {
                _namespaces++;
                _established += one.Reading.Counts.Established;
            }
        }
    }

    /// <summary>
    /// Begins to sample a namespace that is about to be read, out of its listing if there is one: where all of its connections may
    /// be taken, that spares walking the hash once more.
    /// </summary>
    public RoundTripSample? BeginListing(NamespaceSnapshot one)
    {
        if (one.Reading is not { Source: TcpSourceKind.SockDiag, HasResult: true } || one.Reading.Counts.Established > Most(one))
        {
            return null;
        }

        _sample.Begin(Most(one));
        return _sample;
    }

    /// <summary>The host's namespace, or the only one there is, has been read.</summary>
    public void CheckHost(NamespaceSnapshot one)
    {
        if (one.Reading is { Source: TcpSourceKind.Procfs, HasResult: true })
        {
            sources.Unsampled();
        }
    }

    /// <summary>Whether a namespace that has just been read is to be sampled by a walk of its own.</summary>
    /// <param name="one">The namespace.</param>
    /// <param name="cost">What reading it has cost.</param>
    public bool IsDue(NamespaceSnapshot one, TimeSpan cost) =>
        one.Reading is { Source: TcpSourceKind.SockDiag, HasFailed: false, RoundTrips.Count: 0 }
        && one.Reading.Counts.Established > 0
        && Most(one) > 0
        && one.Samples.Earn(cost);

    /// <summary>Samples it.</summary>
    public void Read(NamespaceSnapshot one, List<ReadError> errors)
    {
        if (sources.Sample(one.Namespace, LimitOf(one), _sample) is { } error)
        {
            errors.Add(error);
        }

        one.Reading.RoundTrips = _sample.OfNamespace;
    }

    private SampleLimit LimitOf(NamespaceSnapshot one)
    {
        var limit = new SampleLimit(Most(one), one.Samples.Left);
        long established = one.Reading.Counts.Established;
        if (established <= limit.Most)
        {
            return limit;
        }

        one.Ports ??= _ports.Read(one.Namespace);
        return limit with
        {
            Parts = (int)Math.Min(Math.Ceiling(established / (CollectionsOfAPart * limit.Most)), MostParts),
            FirstPort = one.Ports?.First ?? limit.FirstPort,
            LastPort = one.Ports?.Last ?? limit.LastPort,
        };
    }

    /// <summary>Its part of what a collection may sample, by the connections that each namespace had before this collection.</summary>
    private int Most(NamespaceSnapshot one)
    {
        if (_namespaces <= 1)
        {
            return _sample.Left;
        }

        long established = one.Reading.Counts.Established;
        double share = ((1 - EvenShare) * established / Math.Max(_established, established)) + (EvenShare / _namespaces);
        return Math.Min(Math.Max(1, (int)(most * share)), _sample.Left);
    }
}
