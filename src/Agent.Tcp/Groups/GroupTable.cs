namespace Agent.Tcp.Groups;

/// <summary>Counts sockets by cell, as long as there is room for cells.</summary>
internal sealed class GroupTable(GroupRoom room)
{
    private readonly Dictionary<GroupCell, GroupCount> _counts = [];
    private int _taken;

    /// <summary>Enumerating it allocates nothing.</summary>
    public Dictionary<GroupCell, GroupCount> Counts => _counts;

    /// <summary>What was measured of the sockets that came with it.</summary>
    public InfoTable Info { get; } = new();

    public void Add(GroupCell cell) => Of(cell).Sockets++;

    public void Add(GroupCell cell, in ConnectionInfo info)
    {
        ref GroupCount count = ref Of(cell);
        count.Sockets++;
        Info.Add(ref count.InfoSlot, in info);
    }

    public void Clear()
    {
        _counts.Clear();
        Info.Clear();
        room.GiveBack(_taken);
        _taken = 0;
    }

    private ref GroupCount Of(GroupCell cell)
    {
        ref GroupCount count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, cell, out bool exists);
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

        return ref count;
    }
}

/// <summary>How many sockets a cell has, and where what was measured of them is. In the 8 bytes that a dictionary's entry has left.</summary>
internal struct GroupCount
{
    public int Sockets;

    /// <summary>The cell's place in the <see cref="InfoTable"/>, from 1 on; 0 where nothing was measured.</summary>
    public int InfoSlot;
}

/// <summary>How many cells there may be on the node, so that memory is bounded whatever the number of peers.</summary>
internal sealed class GroupRoom(int cells)
{
    /// <summary>About 40 MB.</summary>
    public const int Most = 1 << 19;

    /// <summary>Where what was measured of connections needs memory, too.</summary>
    public const int MostWithInfo = 1 << 18;

    private int _left = cells;

    public bool TryTake()
    {
        bool isLeft = _left > 0;
        _left -= isLeft ? 1 : 0;
        return isLeft;
    }

    public void GiveBack(int taken) => _left += taken;
}
