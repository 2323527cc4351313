namespace Agent.Tcp.Scheduling;

/// <summary>
/// Which namespaces are read when not all can be. The cheap ones are read in every collection: those with a hash of their
/// own cost a hundredth of those that share the node's. The others take turns: the one that moved most, then twice the one
/// whose reading is oldest, so that a change is seen soon and none waits for long: what does not show as movement, such as
/// connections that their peers close, is seen within one and a half times what a round of all takes. Those never read have
/// two of three turns, and not all: where namespaces come and go, there are always some. Allocates nothing once grown.
/// </summary>
internal sealed class ReadingOrder
{
    /// <summary>One in so many is a mover's.</summary>
    private const int Turns = 3;

    /// <summary>Cheap is what costs this much less than the next; among equals none is read more often than others.</summary>
    private const int Gap = 2;

    private readonly List<NamespaceSnapshot> _byCost = [];
    private readonly List<NamespaceSnapshot> _byAge = [];
    private readonly List<NamespaceSnapshot> _byMovement = [];
    private readonly List<NamespaceSnapshot> _unread = [];
    private int _turn;
    private int _unreadTurn;

    public void Clear() => _byCost.Clear();

    public void Add(NamespaceSnapshot candidate)
    {
        candidate.IsWaiting = true;
        _byCost.Add(candidate);
    }

    /// <summary>
    /// The cheap ones: as many as can be read for this much, the cheapest first. The list is valid until the next call.
    /// Those that are left take turns.
    /// </summary>
    public ReadOnlySpan<NamespaceSnapshot> TakeCheap(TimeSpan together)
    {
        _byCost.Sort(static (left, right) => Cost(left).CompareTo(Cost(right)));
        int cheap = 0;
        while (cheap < _byCost.Count && (together -= Cost(_byCost[cheap])) >= TimeSpan.Zero)
        {
            cheap++;
        }

        while (cheap > 0 && cheap < _byCost.Count && Cost(_byCost[cheap]) < Gap * Cost(_byCost[cheap - 1]))
        {
            cheap--;
        }

        ReadOnlySpan<NamespaceSnapshot> all = CollectionsMarshal.AsSpan(_byCost);
        foreach (NamespaceSnapshot one in all[..cheap])
        {
            one.IsWaiting = false;
        }

        OrderDear(all[cheap..]);
        return all[..cheap];
    }

    /// <summary>The next one whose turn it is; null when all have been taken. It is to be read: the turn passes on.</summary>
    public NamespaceSnapshot? TakeNext()
    {
        NamespaceSnapshot? unread = LastWaiting(_unread);
        NamespaceSnapshot? oldest = LastWaiting(_byAge);
        NamespaceSnapshot? mover = LastWaiting(_byMovement);
        NamespaceSnapshot? next = oldest;
        if (unread is not null && (oldest is null || (_unreadTurn = (_unreadTurn + 1) % Turns) != 0))
        {
            next = unread;
        }
        else if (mover is not null)
        {
            next = _turn == 0 ? mover : oldest;
            _turn = (_turn + 1) % Turns;
        }

        next?.IsWaiting = false;
        return next;
    }

    private void OrderDear(ReadOnlySpan<NamespaceSnapshot> dear)
    {
        _byAge.Clear();
        _byMovement.Clear();
        _unread.Clear();
        foreach (NamespaceSnapshot one in dear)
        {
            (one.History.ReadAt is null ? _unread : _byAge).Add(one);
            if (one.History is { ReadAt: not null, Movement: > 0 })
            {
                _byMovement.Add(one);
            }
        }

        // The next one stands last.
        _byAge.Sort(static (left, right) => right.History.ReadAt!.Value.CompareTo(left.History.ReadAt!.Value));
        _byMovement.Sort(static (left, right) => left.History.Movement.CompareTo(right.History.Movement));
    }

    /// <summary>Leaves out those that the other list has given.</summary>
    private static NamespaceSnapshot? LastWaiting(List<NamespaceSnapshot> list)
    {
        while (list is [.., { IsWaiting: false }])
        {
            list.RemoveAt(list.Count - 1);
        }

        return list is [.., var last] ? last : null;
    }

    /// <summary>What was never read may cost anything.</summary>
    private static TimeSpan Cost(NamespaceSnapshot one) => one.History.Cost ?? TimeSpan.MaxValue;
}
