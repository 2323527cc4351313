namespace Agent.Tcp.Groups;

/// <summary>Counts sockets by cell, as long as there is room for cells.</summary>
internal sealed class GroupTable(GroupRoom room)
{
    private readonly Dictionary<GroupCell, int> _counts = [];
    private int _taken;

    /// <summary>Enumerating it allocates nothing.</summary>
    public Dictionary<GroupCell, int> Counts => _counts;

    public void Add(GroupCell cell)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, cell, out bool exists);
        if (!exists && !cell.Kind.IsOther())
        {
            if (room.TryTake())
            {
                _taken++;
            }
            else
            {
                _counts.Remove(cell);
                count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, cell.Beyond, out _);
            }
        }

        count++;
    }

    public void Clear()
    {
        _counts.Clear();
        room.GiveBack(_taken);
        _taken = 0;
    }
}

/// <summary>How many cells there may be on the node, so that memory is bounded whatever the number of peers.</summary>
internal sealed class GroupRoom(int cells)
{
    /// <summary>About 40 MB.</summary>
    public const int Most = 1 << 19;

    private int _left = cells;

    public bool TryTake()
    {
        bool isLeft = _left > 0;
        _left -= isLeft ? 1 : 0;
        return isLeft;
    }

    public void GiveBack(int taken) => _left += taken;
}
