namespace Agent.Tcp.Scheduling;

/// <summary>
/// Which namespaces to read first when not all can be: those never read; then in turn the one that moved most and the
/// one whose reading is oldest, so that a change is seen soon and none waits for ever. Who comes first changes each time
/// the first was read: there may be budget for one alone. Allocates nothing once grown.
/// </summary>
internal sealed class ReadingOrder
{
    private readonly List<NamespaceSnapshot> _byAge = [];
    private readonly List<NamespaceSnapshot> _byMovement = [];
    private readonly List<NamespaceSnapshot> _ordered = [];
    private readonly HashSet<NamespaceSnapshot> _taken = [];
    private NamespaceSnapshot? _leader;
    private long? _leaderReadAt;
    private bool _oldestLeads;

    public void Clear()
    {
        _byAge.Clear();
        _byMovement.Clear();
    }

    public void Add(NamespaceSnapshot candidate)
    {
        _byAge.Add(candidate);
        if (candidate.History.Movement > 0)
        {
            _byMovement.Add(candidate);
        }
    }

    /// <summary>The candidates in order. The list is valid until the next call.</summary>
    public List<NamespaceSnapshot> Order()
    {
        // Never read sorts before any time.
        _byAge.Sort(static (left, right) => (left.History.ReadAt ?? long.MinValue).CompareTo(right.History.ReadAt ?? long.MinValue));
        _byMovement.Sort(static (left, right) => right.History.Movement.CompareTo(left.History.Movement));
        _ordered.Clear();
        _taken.Clear();
        int oldest = 0;
        while (oldest < _byAge.Count && _byAge[oldest].History.ReadAt is null)
        {
            Take(_byAge[oldest++]);
        }

        int neverRead = _ordered.Count;
        bool oldestTurn = _oldestLeads = _oldestLeads != (_leader?.History.ReadAt != _leaderReadAt);
        for (int mover = 0; oldest < _byAge.Count || mover < _byMovement.Count; oldestTurn = !oldestTurn)
        {
            if (oldestTurn && oldest < _byAge.Count)
            {
                Take(_byAge[oldest++]);
            }
            else if (!oldestTurn && mover < _byMovement.Count)
            {
                Take(_byMovement[mover++]);
            }
        }

        _leader = _ordered.Count > neverRead ? _ordered[neverRead] : null;
        _leaderReadAt = _leader?.History.ReadAt;
        return _ordered;
    }

    private void Take(NamespaceSnapshot one)
    {
        if (_taken.Add(one))
        {
            _ordered.Add(one);
        }
    }
}
