namespace Agent.Tcp.Groups;

/// <summary>Counts sockets by cell, as long as there is room for cells.</summary>
internal sealed class GroupTable(GroupRoom room)
{
    private readonly Dictionary<GroupCell, GroupCount> _counts = [];
    private int _taken;

    /// <summary>Enumerating it allocates nothing.</summary>
    public Dictionary<GroupCell, GroupCount> Counts => _counts;

    /// <summary>There was no room for some ephemeral port, so how many are in use is unknown.</summary>
    public bool LacksPorts { get; private set; }

    /// <summary>What was measured of the sockets that came with it.</summary>
    public InfoTable Info { get; } = new();

    public void Add(GroupCell cell) => Of(cell).Sockets++;

    public void Add(GroupCell cell, in ConnectionInfo info)
    {
        room.TakeSocket();
        ref GroupCount count = ref Of(cell);
        count.Sockets++;
        Info.Add(ref count.InfoSlot, in info);
    }

    /// <summary>
    /// Adds a socket of which only its ephemeral port counts. Those take no more than half of the room, so that groups that were asked
    /// for have the other half.
    /// </summary>
    public void AddPort(GroupCell cell)
    {
        ref GroupCount count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, cell, out bool exists);
        if (exists || room.TryTakePort())
        {
            _taken += exists ? 0 : 1;
            count.Sockets++;
        }
        else
        {
            _counts.Remove(cell);
            LacksPorts = true;
        }
    }

    public void Clear()
    {
        LacksPorts = false;
        _counts.Clear();
        room.GiveBackSockets(Info.Count);
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
/// <param name="cells">So many cells.</param>
/// <param name="sockets">So many sockets of which something is kept one by one.</param>
internal sealed class GroupRoom(int cells, int sockets)
{
    /// <summary>About 90 MB, half of it to put them in order.</summary>
    public const int Most = 1 << 19;

    /// <summary>A cell takes less than 200 bytes: a third of a limited memory, in which the running agent may be as well.</summary>
    private const int LimitByCell = 512;

    /// <summary>A socket takes 40 bytes where something is kept of it: the list, the one that it grew from, and its order.</summary>
    private const int LimitBySocket = 48;

    private readonly int _half = cells / 2;
    private int _left = cells;
    private int _socketsLeft = sockets;

    /// <summary>
    /// How many there may be where this much memory may be used. Half, for each of what is kept beside the cells: the sockets
    /// whose processes are to be found, what was measured of connections, the first snapshot of a watch.
    /// </summary>
    public static int CellsFor(Grouping by, bool withInfo, bool isWatch, long memory) =>
        (int)(Math.Min(Most, memory / LimitByCell) >> ((by == Grouping.Process ? 1 : 0) + (withInfo ? 1 : 0) + (isWatch ? 1 : 0)));

    /// <summary>How many sockets may be kept one by one where this much memory may be used.</summary>
    public static int SocketsFor(long memory) => (int)Math.Min(int.MaxValue, memory / LimitBySocket);

    /// <summary>Takes room only where more than half is left.</summary>
    public bool TryTakePort() => _left > _half && TryTake();

    public bool TryTake()
    {
        bool isLeft = _left > 0;
        _left -= isLeft ? 1 : 0;
        return isLeft;
    }

    public void GiveBack(int taken) => _left += taken;

    /// <summary>Something is kept of a socket.</summary>
    /// <exception cref="MemoryBoundException">There is no room.</exception>
    public void TakeSocket()
    {
        if (--_socketsLeft < 0)
        {
            throw new MemoryBoundException();
        }
    }

    public void GiveBackSockets(int taken) => _socketsLeft += taken;
}

/// <summary>What was asked for takes more memory than there is. Thrown before the memory runs out: then the runtime may crash.</summary>
internal sealed class MemoryBoundException() : Exception("There is no room for what is kept of each socket.");
