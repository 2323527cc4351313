namespace Agent.Tcp.Scheduling;

/// <summary>
/// What sampling a namespace may cost: a part of what reading it does, or a little. A large table is sampled in each collection, a
/// part of it that costs no more. Where any part of it costs a walk of the node's hash, as in a small namespace that shares it,
/// what was spent too much is earned first.
/// </summary>
internal sealed class SampleCredit
{
    /// <summary>So much of the cost of reading is added.</summary>
    public const double Share = 0.1;

    /// <summary>One sample, however dear, keeps no more than so many readings from being sampled.</summary>
    public const int MostMissed = 25;

    /// <summary>Where counting alone takes the whole budget, a sample is taken this often all the same.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>May be added to any reading.</summary>
    public static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(2);

    private TimeSpan _left;
    private bool _isWarm;
    private long? _sampledAt;

    /// <summary>What may be spent. It is no bound the first time, when code is compiled, too.</summary>
    public TimeSpan Left => _isWarm ? _left : TimeSpan.MaxValue;

    /// <summary>The namespace has been read, for this much.</summary>
    /// <returns>
    /// Whether it is to be sampled: also where little was spent too much, since a datagram may cost more than there is, and the next
    /// ones cost less.
    /// </returns>
    public bool Earn(TimeSpan read)
    {
        TimeSpan earned = read * Share > AtLeast ? read * Share : AtLeast;
        TimeSpan owed = _left < TimeSpan.Zero ? _left : TimeSpan.Zero;
        _left = earned + (owed > -MostMissed * earned ? owed : -MostMissed * earned);
        return _left > -earned;
    }

    /// <summary>It has not been sampled for so long that it is to be, also where the CPU budget is used up.</summary>
    public bool IsOverdue(TimeProvider time) => _sampledAt is not { } at || time.GetElapsedTime(at) >= Patience;

    /// <summary>It has been sampled, for this much; out of its listing, for nothing more.</summary>
    public void Spend(TimeSpan cost, TimeProvider time)
    {
        _sampledAt = time.GetTimestamp();
        _left -= _isWarm ? cost : TimeSpan.Zero;
        _isWarm |= cost > TimeSpan.Zero;
    }
}
