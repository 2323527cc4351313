using Agent.Tcp.Totals;

namespace Agent.Tcp.Scheduling;

/// <summary>
/// Reads as many namespaces as the budget allows. Reading one walks the node's whole hash, unless it has a hash of its own
/// (<c>net.ipv4.tcp_child_ehash_entries</c>): what those that share cost together is their number times the node. Their totals
/// are read each time; those that prove a namespace empty are its reading; the host's, or the only one there is, is always read; the rest by <see cref="ReadingOrder"/>, and what is left
/// over keeps its last reading. That counts as read where the totals confirm it.
/// </summary>
internal sealed class NamespaceReadings
{
    /// <summary>
    /// Where the host's namespace takes the budget, those that take turns have a part of it all the same, this often, and at
    /// least one of them is read.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SourceSelector _sources;
    private readonly ReadLimit _limit;
    private readonly TcpInstrumentationOptions _options;
    private readonly TimeProvider _time;
    private readonly SockstatReader _sockstat;
    private readonly CounterReadings _counters;
    private readonly ReadingOrder _order = new();
    private readonly ListingSchedule _listings;
    private readonly ReadingCosts _costs;
    private readonly RoundTripReadings? _roundTrips;

    /// <summary>Those that take turns have had their part of the budget of the time until then.</summary>
    private long? _turnsPaidUntil;

    public NamespaceReadings(
        SourceSelector sources, CpuBudget budget, ReadLimit limit, TcpInstrumentationOptions options, TimeProvider time, Func<TimeSpan>? cpu = null)
    {
        _sources = sources;
        _limit = limit;
        _options = options;
        _time = time;
        _sockstat = new SockstatReader(options.Metrics.Memory ? MemoryUnit.Read(options.ProcRoot) : null);
        _costs = new ReadingCosts(budget, options, cpu);
        _counters = new CounterReadings(_costs, limit, time);
        _listings = new ListingSchedule(options.ListEvery, time);
        _roundTrips = options.Metrics.RoundTrips ? new RoundTripReadings(sources, options.MaxRoundTripSamples) : null;
    }

    /// <inheritdoc cref="ReadingCosts.CpuSpent"/>
    public TimeSpan CpuSpent => _costs.CpuSpent;

    /// <summary>CPU time that the last collection took before anything was read that the budget may leave out.</summary>
    public TimeSpan CpuAlways { get; private set; }

    /// <summary>What was told of the whole node.</summary>
    public NodeTotals Node { get; private set; }

    /// <summary>Namespaces whose process was not there any more, or not to the end.</summary>
    public List<NamespaceSnapshot> Vanished { get; } = [];

    /// <summary>A snapshot begins: from here to <see cref="End"/> the budget pays, for finding the namespaces too.</summary>
    public void Begin()
    {
        _costs.Begin();
        _turnsPaidUntil ??= _time.GetTimestamp();
        _limit.Begin(_options.CollectionTimeout);
    }

    public void ReadAll(IReadOnlyList<NamespaceSnapshot> namespaces, List<ReadError> errors)
    {
        Vanished.Clear();
        Node = default;
        _order.Clear();
        _roundTrips?.Begin(namespaces);
        long now = _time.GetTimestamp();
        for (int index = 0; index < namespaces.Count; index++)
        {
            NamespaceSnapshot one = namespaces[index];
            one.History.FoundAt ??= now;
            if (CounterReadings.IsAlwaysRead(one, namespaces.Count))
            {
                ReadNode(one);
                _counters.Read(one, errors);
                bool maySample = MaySample(one);
                _costs.Pay(byChoice: false);
                Read(one, maySample);
                _roundTrips?.CheckHost(one);
                errors.AddRange(one.Reading.Errors);
                SampleAndPay(one, _costs.Pay(byChoice: false), maySample, errors);
            }
            else if (!IsProvenEmpty(one))
            {
                one.Status = StatusUnlessRead(one);
                _order.Add(one);
            }
        }

        CpuAlways = _costs.Pay(byChoice: false);
        foreach (NamespaceSnapshot one in _order.TakeCheap(_costs.ForCheap))
        {
            if (!_limit.IsOver)
            {
                ReadAndPay(one, byChoice: false, errors);
            }
        }

        _counters.ReadOthers(namespaces, errors);
        TimeSpan overdue = Overdue;
        bool byChoice;
        while (!_limit.IsOver && ((byChoice = _costs.HasLeft) || overdue > TimeSpan.Zero) && _order.TakeNext() is { } next)
        {
            TimeSpan cost = ReadAndPay(next, byChoice, errors);
            overdue -= byChoice ? TimeSpan.Zero : cost;
            PayTurn(cost);
        }
    }

    /// <summary>What may be spent although nothing is left: always enough for one, and for many that turn out to be cheap.</summary>
    private TimeSpan Overdue =>
        _turnsPaidUntil is { } until && _time.GetElapsedTime(until) is var without && without >= Patience ? _costs.ForOverdue(without) : TimeSpan.Zero;

    /// <summary>
    /// A reading pays for as much time as would have earned it. One that is made now and then, out of the little that the host's
    /// leaves, must not keep all others waiting.
    /// </summary>
    private void PayTurn(TimeSpan cost)
    {
        long earned = (long)(_costs.TimeOf(cost).TotalSeconds * _time.TimestampFrequency);
        _turnsPaidUntil = Math.Min(_time.GetTimestamp(), (_turnsPaidUntil ?? 0) + earned);
    }

    /// <summary>Pays for what was done since <see cref="ReadAll"/>.</summary>
    public void End() => _costs.End();

    /// <summary>Reads one, whatever it costs.</summary>
    /// <param name="one">The namespace.</param>
    /// <param name="maySample">Where it is listed and few, its round-trip times are sampled out of the same rows.</param>
    public void Read(NamespaceSnapshot one, bool maySample = false)
    {
        one.Reading.Sample = maySample ? _roundTrips?.BeginListing(one) : null;
        var hints = new ReadHints(one.History.TotalsNow, _listings.IsDue(one.Reading, one.History));
        _sources.Read(one.Namespace, hints, one.Reading);
        one.Reading.End();
        one.Status = one.Reading.HasFailed ? NamespaceStatus.Failed : NamespaceStatus.Read;
        one.History.Remember(one.Reading, _time.GetTimestamp());
    }

    private TimeSpan ReadAndPay(NamespaceSnapshot one, bool byChoice, List<ReadError> errors)
    {
        bool maySample = MaySample(one);
        Read(one, maySample);
        TimeSpan cost = _costs.Pay(byChoice);
        one.History.Learn(cost);
        if (one.Reading.Errors.Exists(static error => error.Failure == ReadFailure.NotFound))
        {
            // Normal on a busy node: no error until it is known that the namespace still lives.
            Vanished.Add(one);
            return cost;
        }

        errors.AddRange(one.Reading.Errors);
        return cost + SampleAndPay(one, cost, maySample, errors);
    }

    private bool MaySample(NamespaceSnapshot one) => _roundTrips is not null && (_costs.HasLeft || one.Samples.IsOverdue(_time));

    /// <summary>
    /// Samples the round-trip times of one that has just been read, by choice: where something was left before its reading,
    /// which may have taken all there was.
    /// </summary>
    /// <returns>What it cost.</returns>
    private TimeSpan SampleAndPay(NamespaceSnapshot one, TimeSpan read, bool maySample, List<ReadError> errors)
    {
        if (one.Reading.RoundTrips.Count > 0)
        {
            one.Samples.Spend(TimeSpan.Zero, _time);
        }

        if (_roundTrips is null || !maySample || _limit.IsOver || !_roundTrips.IsDue(one, read))
        {
            return TimeSpan.Zero;
        }

        _roundTrips.Read(one, errors);
        TimeSpan cost = _costs.Pay();
        one.Samples.Spend(cost, _time);
        return cost;
    }

    /// <summary>What failed the last time is still unknown.</summary>
    private static NamespaceStatus StatusUnlessRead(NamespaceSnapshot one) =>
        one is { History.ReadAt: not null, Reading.HasFailed: true } ? NamespaceStatus.Failed
        : one.History.IsConfirmed ? NamespaceStatus.Read
        : NamespaceStatus.Deferred;

    private bool IsProvenEmpty(NamespaceSnapshot one)
    {
        bool isTold = _sockstat.TryRead(one.Namespace, out SocketTotals totals, out NodeTotals node);
        TakeNode(node);
        one.History.Move(isTold ? totals : null, _time);
        if (!isTold || !totals.ProveEmpty || _options.BoundInactive)
        {
            // The kernel's totals leave out sockets that are bound and inactive.
            return false;
        }

        one.Reading.Begin(TcpSourceKind.Procfs);
        one.Reading[SocketFamily.Inet] = FamilyStatus.Read;
        one.Reading[SocketFamily.Inet6] = totals.Inet6 is null ? FamilyStatus.Unsupported : FamilyStatus.Read;
        one.Reading.End();
        one.Status = NamespaceStatus.Read;
        one.History.Remember(one.Reading, _time.GetTimestamp());
        return true;
    }

    /// <summary>The host's file, of which nothing else is needed.</summary>
    private void ReadNode(NamespaceSnapshot one)
    {
        if (_options.Metrics.Memory)
        {
            TakeNode(_sockstat.ReadNode(one.Namespace));
        }
    }

    /// <summary>Every namespace tells the same of the node: the first that can be read does.</summary>
    private void TakeNode(NodeTotals node)
    {
        if (_options.Metrics.Memory && Node == default)
        {
            Node = node;
        }
    }
}
