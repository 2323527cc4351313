namespace Agent.Tcp.Scheduling;

/// <summary>What reading costs in CPU time of this thread, and how the budget pays for it.</summary>
/// <param name="budget">Pays.</param>
/// <param name="options">
/// Say whether the process has no other work: then what it did between two snapshots is paid for, too. What it took to start
/// is not: it comes once, and would leave nothing for the first snapshot.
/// </param>
/// <param name="cpu">The CPU time of this thread; null for the kernel's.</param>
internal sealed class ReadingCosts(CpuBudget budget, TcpInstrumentationOptions options, Func<TimeSpan>? cpu = null)
{
    /// <summary>Of what a collection may spend, the share that readings may take which are made in every collection.</summary>
    public const double CheapShare = 0.25;

    private readonly Func<TimeSpan> _cpu = cpu ?? CpuClock.Thread;
    private TimeSpan _paidUntil;
    private TimeSpan? _processAtEnd;

    /// <summary>CPU time spent since the start, between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public TimeSpan CpuSpent { get; private set; }

    /// <summary>There is something left to spend.</summary>
    public bool HasLeft => budget.HasLeft;

    /// <summary>What the cheap readings of this snapshot may cost together; the rest is left to those that take turns.</summary>
    public TimeSpan ForCheap => budget.Income * CheapShare;

    /// <summary>What readings may cost that are made although nothing is left, after so long without their part of the budget.</summary>
    public TimeSpan ForOverdue(TimeSpan without) => (without < CpuBudget.Longest ? without : CpuBudget.Longest) * (options.CpuBudget * CheapShare);

    /// <summary>The time whose part of the budget a reading in turn takes.</summary>
    public TimeSpan TimeOf(TimeSpan cost) => cost / (options.CpuBudget * CheapShare);

    /// <summary>A snapshot begins: from here to <see cref="End"/> the budget pays.</summary>
    public void Begin()
    {
        _paidUntil = _cpu();
        budget.Fill();
        budget.SpendAnyway(_processAtEnd is { } end ? ProcessCpu() - end : TimeSpan.Zero);
    }

    /// <summary>Pays for what was done since the last payment.</summary>
    /// <param name="byChoice">It could have been left out. What must be done makes no debt.</param>
    /// <returns>What it cost.</returns>
    public TimeSpan Pay(bool byChoice = true)
    {
        TimeSpan now = _cpu();
        TimeSpan spent = now - _paidUntil;
        _paidUntil = now;
        CpuSpent += spent;
        if (byChoice)
        {
            budget.Spend(spent);
        }
        else
        {
            budget.SpendAnyway(spent);
        }

        return spent;
    }

    public void End()
    {
        Pay();
        _processAtEnd = ProcessCpu();
    }

    private TimeSpan ProcessCpu() => options.IsWholeProcess ? Environment.CpuUsage.TotalTime : TimeSpan.Zero;
}
