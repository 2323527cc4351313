using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Totals;

namespace Agent.Tcp.Scheduling;

/// <summary>What reading the namespaces of a node costs, and how old readings become within a budget.</summary>
internal sealed class CostSurvey
{
    /// <summary>The least of so many: whatever else runs makes a walk dearer.</summary>
    private const int Walks = 3;

    private readonly NamespaceSnapshot[] _inTurn;

    private CostSurvey(NamespaceSnapshot[] inTurn) => _inTurn = inTurn;

    /// <summary>Each namespace that is read as far as the budget allows: all that have sockets, but for the host's.</summary>
    public required IReadOnlyList<NamespaceCost> Namespaces { get; init; }

    /// <summary>So many more were not read in time. They are taken to cost as much.</summary>
    public required long Unread { get; init; }

    /// <summary>CPU time of each collection before these are read: finding namespaces, their totals, and reading the host's.</summary>
    public required TimeSpan Always { get; init; }

    /// <summary>CPU time of reading the kernel's counters of these once: of <c>snmp</c>, and of <c>netstat</c>, which is read less often.</summary>
    public required (TimeSpan Snmp, TimeSpan Netstat) Counters { get; init; }

    /// <summary>The host's setting; unknown where its namespace may not be entered.</summary>
    public NamespaceHash Host { get; init; }

    /// <summary>Makes the survey.</summary>
    /// <param name="snapshot">All namespaces, just read.</param>
    /// <param name="options">How they are read.</param>
    public static CostSurvey Of(TcpSnapshot snapshot, TcpInstrumentationOptions options)
    {
        NamespaceSnapshot[] inTurn = [.. snapshot.Namespaces.Where(one => one.History.Cost is not null)];
        var walk = new Lazy<TimeSpan?>(() => Walk(options));
        return new CostSurvey(inTurn)
        {
            Namespaces = [.. inTurn.Select(one => CostOf(one, walk))],
            Unread = snapshot.Count(NamespaceStatus.Deferred),
            Always = inTurn.Length > 0 ? AlwaysOf(options) : TimeSpan.Zero,
            Counters = options.Metrics.Counters ? CountersOf(inTurn) : default,
            Host = snapshot.Namespaces is [{ Namespace: { Kind: NamespaceKind.Host } host }, ..] ? NamespaceHashReader.Read(host) : default,
        };
    }

    /// <summary>
    /// How old the oldest reading becomes: the time of one round of those that take turns, at what the budget leaves for them.
    /// The export is not part of it, so they become somewhat older. Zero where each collection reads all.
    /// </summary>
    /// <param name="share">The budget, a share of one core.</param>
    /// <param name="interval">From one collection to the next.</param>
    public TimeSpan Age(double share, TimeSpan interval)
    {
        // They are read first, those of netstat where segments come and go, or once in a while.
        TimeSpan counters = Counters.Snmp + (Counters.Netstat * Math.Min(1, interval / CounterReadings.Idle));
        TimeSpan income = interval * share;
        TimeSpan read = Sum(_inTurn);
        TimeSpan all = _inTurn.Length > 0 ? read * ((double)(_inTurn.Length + Unread) / _inTurn.Length) : TimeSpan.Zero;
        if (share >= TcpInstrumentationOptions.MaxCpuBudget || Always + counters + all <= income)
        {
            return TimeSpan.Zero;
        }

        var order = new ReadingOrder();
        Array.ForEach(_inTurn, order.Add);
        TimeSpan cheap = Sum(order.TakeCheap(income * ReadingCosts.CheapShare));
        TimeSpan left = income - Always - counters - cheap;
        TimeSpan least = income * ReadingCosts.CheapShare;
        return (all - cheap) / (left > least ? left : least) * interval;
    }

    private static TimeSpan Sum(ReadOnlySpan<NamespaceSnapshot> all)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (NamespaceSnapshot one in all)
        {
            sum += one.History.Cost ?? TimeSpan.Zero;
        }

        return sum;
    }

    private static NamespaceCost CostOf(NamespaceSnapshot one, Lazy<TimeSpan?> walk)
    {
        ConnectionCounts counts = one.Reading.Counts;
        long rows = one.Reading.IsCounted ? counts.Total - counts.Countable : counts.Total;
        var cost = new NamespaceCost(one.History.Cost ?? TimeSpan.Zero, rows, WalkedHash.Shared, IsJudged: false);
        return NamespaceHashReader.IsInKernel == false ? cost
            : NamespaceHashReader.Read(one.Namespace).Buckets is { } buckets ? cost with { Hash = buckets < 0 ? WalkedHash.Shared : WalkedHash.Own }
            : one.Reading.Source == TcpSourceKind.Procfs ? cost.Judge(walk.Value)
            : cost with { Hash = WalkedHash.Unknown };
    }

    /// <summary>The second of two collections that read hardly more: the first finds every namespace.</summary>
    private static TimeSpan AlwaysOf(TcpInstrumentationOptions options)
    {
        using var reader = new SnapshotReader(options.WithLeastBudget());
        _ = reader.Read();
        _ = reader.Read();
        return reader.CpuAlways;
    }

    private static (TimeSpan Snmp, TimeSpan Netstat) CountersOf(NamespaceSnapshot[] all)
    {
        var reader = new CounterReader();
        NamespaceCounters[] counters = [.. all.Select(_ => new NamespaceCounters(isBorn: false))];
        TimeSpan both = Read(isNetstatDue: true);
        TimeSpan snmp = Read(isNetstatDue: false);
        return (snmp, both > snmp ? both - snmp : TimeSpan.Zero);

        TimeSpan Read(bool isNetstatDue)
        {
            var errors = new List<ReadError>();
            TimeSpan begun = CpuClock.Thread();
            for (int index = 0; index < all.Length; index++)
            {
                reader.Read(all[index].Namespace, counters[index], errors, isNetstatDue);
            }

            return CpuClock.Thread() - begun;
        }
    }

    /// <summary>A walk of the node's hash that finds next to nothing, where this process's own namespace is in it.</summary>
    private static TimeSpan? Walk(TcpInstrumentationOptions options)
    {
        if (!NamespaceHashReader.IsOwnShared)
        {
            return null;
        }

        using var transport = new NetlinkTransport();
        var reader = new SockDiagReader(transport, TimeProvider.System, options.ReadTimeout);
        var query = new SockDiagQuery(null, 1u << (int)TcpState.Closing);
        TimeSpan? least = null;
        for (int walk = 0; walk < Walks; walk++)
        {
            TimeSpan begun = CpuClock.Thread();
            bool isWhole = reader.Read(query, new Nowhere()).IsWhole;
            TimeSpan cost = CpuClock.Thread() - begun;
            least = !isWhole ? null : least < cost ? least : cost;
        }

        return least;
    }

    private sealed class Nowhere : ISockDiagSink
    {
        public void Begin()
        {
        }

        public bool TryAdd(ref readonly Interop.InetDiagMsg message, ReadOnlySpan<byte> attributes) => true;
    }
}
