namespace Agent.Tcp.Scheduling;

/// <summary>
/// A share of one core, averaged over time: an account that fills as time passes and that readings are paid from. It may
/// be overdrawn by the last reading, so one that costs more than there ever is still comes to its turn; what it
/// overdrew is filled up before the next.
/// </summary>
internal sealed class CpuBudget
{
    /// <summary>What is not spent within this time is lost: no burst after a quiet day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>What a start may spend ahead, as time to fill: a loan, for nothing is filled during that time.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    private readonly double _share;
    private readonly TimeProvider _time;
    private TimeSpan _balance;

    /// <summary>The balance before it was last filled, where that was below 0.</summary>
    private TimeSpan _debt;
    private long _filledAt;

    /// <summary>Fills from now on.</summary>
    /// <param name="share">The share of one core; 1 or more never runs out.</param>
    /// <param name="time">The clock.</param>
    public CpuBudget(double share, TimeProvider time)
    {
        _share = share;
        _time = time;
        _balance = Ahead * share;
        _filledAt = time.GetTimestamp() + (long)(Ahead.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>There is something left to spend.</summary>
    public bool HasLeft => _share >= 1 || _balance > TimeSpan.Zero;

    /// <summary>What the last <see cref="Fill"/> added: the budget of one collection, on average.</summary>
    public TimeSpan Income { get; private set; }

    /// <summary>Adds what the time since the last call has earned.</summary>
    public void Fill()
    {
        long now = _time.GetTimestamp();
        _debt = _balance < TimeSpan.Zero ? _balance : TimeSpan.Zero;
        Income = TimeSpan.Zero;
        if (now <= _filledAt)
        {
            return;
        }

        TimeSpan most = Longest * _share;
        TimeSpan earned = _time.GetElapsedTime(_filledAt, now) * _share;
        Income = earned < most ? earned : most;
        _balance = _balance + earned < most ? _balance + earned : most;
        _filledAt = now;
    }

    /// <summary>Pays for what was read by choice.</summary>
    public void Spend(TimeSpan cpu) => _balance -= cpu;

    /// <summary>
    /// Pays for what must be done whatever it costs. It takes what has been earned and saved and makes no debt greater: on
    /// a node where that alone is dear, days of it would have to be repaid before another namespace is read.
    /// </summary>
    public void SpendAnyway(TimeSpan cpu)
    {
        TimeSpan left = _balance - cpu;
        TimeSpan least = _balance < _debt ? _balance : _debt;
        _balance = left > least ? left : least;
    }
}
