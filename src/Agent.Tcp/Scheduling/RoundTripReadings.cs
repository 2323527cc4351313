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

    private readonly RoundTripSample _sample = new(most);
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

    /// <summary>Whether a namespace that has just been read is to be sampled.</summary>
    /// <param name="one">The namespace.</param>
    /// <param name="cost">What reading it has cost.</param>
    public bool IsDue(NamespaceSnapshot one, TimeSpan cost) =>
        one.Reading is { Source: TcpSourceKind.SockDiag, HasFailed: false }
        && one.Reading.Counts.Established > 0
        && Most(one) > 0
        && one.Samples.IsDue(cost);

    /// <summary>Samples it.</summary>
    /// <returns>False where it cost more than it will the next time.</returns>
    public bool Read(NamespaceSnapshot one, List<ReadError> errors)
    {
        _sample.Begin();
        var size = new SampleSize(one.Reading.Counts.Established, Most(one));
        if (sources.Sample(one.Namespace, size, _sample) is { } error)
        {
            errors.Add(error);
        }

        one.Reading.RoundTrips = _sample.OfNamespace;
        return !_sample.HasLearned;
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

/// <summary>
/// How often a namespace is sampled: in each collection that reads it where that is cheap; otherwise so often that it adds no
/// more than a share to what reading it costs. What a sample cost once is believed less from reading to reading: one that was
/// dear by accident does not keep a small namespace from being sampled.
/// </summary>
internal sealed class SampleSchedule
{
    /// <summary>So much may be added to the cost of reading.</summary>
    public const double Share = 0.1;

    private const double Belief = 0.9;

    /// <summary>What a sample of 2,000 of a few ten thousand sockets costs.</summary>
    public static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(5);

    private TimeSpan? _cost;
    private TimeSpan _believed;
    private TimeSpan _earned;
    private bool _isWarm;

    /// <summary>The namespace has been read, for this much.</summary>
    public bool IsDue(TimeSpan read)
    {
        _earned += read * Share;
        _believed *= Belief;
        return _cost is not { } cost || _believed <= Cheap || _earned >= cost;
    }

    /// <summary>It has been sampled, for this much.</summary>
    /// <param name="cost">The CPU time.</param>
    /// <param name="isUsual">The next time will cost about as much.</param>
    public void Learn(TimeSpan cost, bool isUsual)
    {
        // The first time code is compiled, too.
        if (isUsual && _isWarm)
        {
            _cost = _believed = cost;
        }

        _isWarm |= isUsual;
        _earned = _earned > cost ? _earned - cost : TimeSpan.Zero;
    }
}
