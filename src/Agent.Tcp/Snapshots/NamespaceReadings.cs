using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Snapshots;

/// <summary>
/// Reads as many namespaces as the budget allows. Reading any namespace walks the node's whole hash, so what all of them
/// cost is their number times the node. Their totals are read each time; those that prove a namespace empty are its
/// reading; the host's, or the only one there is, is always read; the rest in <see cref="ReadingOrder"/>, and what is left
/// over keeps its last reading.
/// </summary>
internal sealed class NamespaceReadings(
    SourceSelector sources, CpuBudget budget, ReadLimit limit, TcpInstrumentationOptions options, TimeProvider time)
{
    /// <summary>Where the host's namespace alone takes the budget, one of the others is read this often all the same.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SockstatReader _sockstat = new();
    private readonly ReadingOrder _order = new();
    private readonly List<ReadError> _attempt = [];
    private long? _lastOther;
    private TimeSpan _paidUntil;
    private TimeSpan _processAtEnd;

    /// <summary>CPU time spent since the start, between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public TimeSpan CpuSpent { get; private set; }

    /// <summary>Namespaces whose process was not there any more, or not to the end.</summary>
    public List<NamespaceSnapshot> Vanished { get; } = [];

    /// <summary>A snapshot begins: from here to <see cref="End"/> the budget pays, for finding the namespaces too.</summary>
    public void Begin()
    {
        _paidUntil = CpuClock.Thread();
        _lastOther ??= time.GetTimestamp();
        limit.Begin(options.CollectionTimeout);
        budget.Fill();
        budget.SpendAnyway(SpentElsewhere());
    }

    public void ReadAll(IReadOnlyList<NamespaceSnapshot> namespaces, List<ReadError> errors)
    {
        Vanished.Clear();
        _order.Clear();
        for (int index = 0; index < namespaces.Count; index++)
        {
            NamespaceSnapshot one = namespaces[index];
            if (one.Namespace!.Kind == NamespaceKind.Host || namespaces.Count == 1)
            {
                Read(one, errors);
            }
            else if (!IsProvenEmpty(one))
            {
                one.Status = NamespaceStatus.Deferred;
                _order.Add(one);
            }
        }

        budget.SpendAnyway(SinceLastPaid());
        foreach (NamespaceSnapshot one in _order.Order())
        {
            bool isPaid = budget.HasLeft;
            if (limit.IsOver || !(isPaid || IsOverdue))
            {
                break;
            }

            ReadOrMiss(one, errors);
            _lastOther = time.GetTimestamp();
            if (isPaid)
            {
                budget.Spend(SinceLastPaid());
            }
            else
            {
                budget.SpendAnyway(SinceLastPaid());
            }
        }
    }

    private bool IsOverdue => _lastOther is { } last && time.GetElapsedTime(last) >= Patience;

    /// <summary>Pays for what was done since <see cref="ReadAll"/>.</summary>
    public void End()
    {
        budget.Spend(SinceLastPaid());
        _processAtEnd = ProcessCpu();
    }

    /// <summary>What the process did since the last snapshot: in a process that has no other work, that is the agent's too.</summary>
    private TimeSpan SpentElsewhere() => ProcessCpu() - _processAtEnd;

    private TimeSpan ProcessCpu() => options.IsWholeProcess ? Environment.CpuUsage.TotalTime : TimeSpan.Zero;

    /// <summary>Reads one, whatever it costs.</summary>
    public void Read(NamespaceSnapshot one, List<ReadError> errors)
    {
        sources.Read(one.Namespace!, one, errors);
        one.Status = one.HasReading ? NamespaceStatus.Read : NamespaceStatus.Failed;
        Remember(one);
    }

    private void ReadOrMiss(NamespaceSnapshot one, List<ReadError> errors)
    {
        _attempt.Clear();
        Read(one, _attempt);
        if (_attempt.Exists(static error => error.Failure == ReadFailure.NotFound))
        {
            // Normal on a busy node: no error until it is known that the namespace still lives.
            Vanished.Add(one);
            return;
        }

        errors.AddRange(_attempt);
    }

    private bool IsProvenEmpty(NamespaceSnapshot one)
    {
        TcpNamespace space = one.Namespace!;
        if (!_sockstat.TryRead(space, out SocketTotals totals))
        {
            one.TotalsNow = null;
            one.Movement = 0;
            return false;
        }

        one.TotalsNow = totals;
        one.Movement = one.TotalsWhenRead is { } before ? totals.DistanceTo(before) : 0;
        if (!totals.ProveEmpty || options.BoundInactive)
        {
            // The kernel's totals leave out sockets that are bound and inactive.
            return false;
        }

        one.Begin(space, TcpSourceKind.Procfs);
        one[SocketFamily.Inet] = FamilyStatus.Read;
        one[SocketFamily.Inet6] = totals.Inet6 is null ? FamilyStatus.Unsupported : FamilyStatus.Read;
        one.Status = NamespaceStatus.Read;
        Remember(one);
        return true;
    }

    private void Remember(NamespaceSnapshot one)
    {
        one.ReadAt = time.GetTimestamp();
        one.TotalsWhenRead = one.TotalsNow;
    }

    private TimeSpan SinceLastPaid()
    {
        TimeSpan now = CpuClock.Thread();
        TimeSpan spent = now - _paidUntil;
        _paidUntil = now;
        CpuSpent += spent;
        return spent;
    }
}
