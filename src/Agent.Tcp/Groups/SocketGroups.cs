using Agent.Tcp.Ports;

namespace Agent.Tcp.Groups;

/// <summary>
/// The sockets of one namespace by group, taken as a source lists them, each counted once. By family, since each table can be
/// read again or fail by itself.
/// </summary>
/// <param name="query">What is grouped and how.</param>
/// <param name="space">The namespace.</param>
internal sealed class SocketGroups(GroupQuery query, TcpNamespace space) : ISocketRows
{
    private readonly GroupTable[] _byFamily = [new(query.Room), new(query.Room)];
    private readonly List<OwnedSocket>[] _owned = [[], []];
    private readonly GroupTable _matched = new(query.Room);
    private readonly ListeningPorts _listening = query.Listening;
    private readonly LocalAddresses _locals = new();
    private TcpNamespace _space = space;

    /// <summary>The ports that connections may have, by peer; null where they are not known or not wanted.</summary>
    public EphemeralPorts? Ports { get; private set; }

    /// <summary>Every cell with its count; a cell may come more than once.</summary>
    public IEnumerable<(GroupCell Key, GroupCount Count, SocketFamily Family)> Cells =>
        Of(_byFamily[0], SocketFamily.Inet).Concat(Of(_byFamily[1], SocketFamily.Inet6)).Concat(Of(_matched, SocketFamily.Inet));

    /// <summary>How many ports are in use toward a peer is unknown.</summary>
    public bool LacksPorts => _byFamily[0].LacksPorts || _byFamily[1].LacksPorts;

    public int CellCount => _byFamily[0].Counts.Count + _byFamily[1].Counts.Count + _matched.Counts.Count;

    /// <summary>By process: sockets that have a file, which some process has open.</summary>
    public IReadOnlyList<List<OwnedSocket>> Owned => _owned;

    public bool NeedsAll => true;

    public bool NeedsOrder => true;

    public bool NeedsInfo => query.WithInfo;

    public void Follow(TcpNamespace space) => _space = space;

    public void Begin()
    {
        Clear(SocketFamily.Inet);
        Clear(SocketFamily.Inet6);
        _locals.Clear();
        Ports = query.By == Grouping.Peer ? query.PortReader.Read(_space, Ports) : null;
    }

    public void Clear(SocketFamily family)
    {
        _byFamily[(int)family].Clear();
        query.Room.GiveBackSockets(_owned[(int)family].Count);
        _owned[(int)family].Clear();
        _listening.Clear(family);
    }

    public bool Wants(TcpState state, ushort localPort) => true;

    public void Add(in SocketRow row)
    {
        if (row.State == TcpState.Listen)
        {
            _listening.Add(in row);
        }

        if (!query.Wants(row.State))
        {
            AddPort(in row);
            return;
        }

        if (query.By == Grouping.Process && row.Inode is > 0 and <= uint.MaxValue)
        {
            query.Room.TakeSocket();
            _owned[(int)row.Family].Add(new OwnedSocket((uint)row.Inode, row.Uid, row.State));
        }
        else
        {
            _byFamily[(int)row.Family].Add(CellOf(in row));
        }
    }

    /// <summary>Only by peer, where no row waits for its process.</summary>
    public void Add(in SocketRow row, in ConnectionInfo info)
    {
        if (query.Wants(row.State))
        {
            _byFamily[(int)row.Family].Add(CellOf(in row), in info);
        }
        else
        {
            AddPort(in row);
        }
    }

    /// <summary>Adds what was measured of a cell's connections to a group's.</summary>
    public void AddInfo(GroupInfo group, SocketFamily family, int slot) => _byFamily[(int)family].Info.AddTo(group, slot);

    public void End(Reading reading)
    {
    }

    /// <summary>Processes are to be found for the sockets of this reading.</summary>
    public void BeginMatch() => _matched.Clear();

    /// <summary>A socket has been found with a process, or with none.</summary>
    public void Match(GroupCell cell) => _matched.Add(cell);

    private static IEnumerable<(GroupCell Key, GroupCount Count, SocketFamily Family)> Of(GroupTable table, SocketFamily family) =>
        table.Counts.Select(one => (one.Key, one.Value, family));

    /// <summary>Whatever the states that were asked for: a port that a socket of another state has is not free either.</summary>
    private void AddPort(in SocketRow row)
    {
        if (Ports is not null && PeerOf(in row) is { Kind: GroupKind.Client, IsEphemeral: true } cell)
        {
            _byFamily[(int)row.Family].AddPort(cell.OnlyPort);
        }
    }

    private GroupCell CellOf(in SocketRow row) => query.By switch
    {
        Grouping.Port => PortOf(in row),
        Grouping.Peer => PeerOf(in row),

        // TIME_WAIT and half-open requests are shown with uid 0, whoever owned them.
        Grouping.User when row is { Inode: 0, Uid: 0 } => new GroupCell(GroupKind.Kernel, 0, row.State),
        Grouping.User => new GroupCell(GroupKind.User, row.Uid, row.State),
        _ when row.Inode == 0 => new GroupCell(GroupKind.Kernel, 0, row.State),
        _ => new GroupCell(GroupKind.Unknown, row.Uid, row.State),
    };

    private GroupCell PortOf(in SocketRow row) => _listening.HasPortOf(in row)
        ? new GroupCell(GroupKind.Server, row.Local.Port, row.State)
        : new GroupCell(GroupKind.Client, row.Remote.Port, row.State);

    private GroupCell PeerOf(in SocketRow row)
    {
        if (row.State == TcpState.Listen || row.Remote.Port == 0)
        {
            return new GroupCell(row.State == TcpState.Listen ? GroupKind.Listener : GroupKind.Unconnected, 0, row.State);
        }

        return _listening.HasPortOf(in row)
            ? new GroupCell(GroupKind.Server, 0, row.State, row.Remote)
            : new GroupCell(
                GroupKind.Client, row.Remote.Port, row.State, row.Remote, _locals.Number(row.Local), Ports?.Contains(row.Local.Port) == true);
    }
}

/// <summary>What is grouped, how, and what all namespaces share.</summary>
/// <param name="By">By what.</param>
/// <param name="States">The states wanted, bit N for state N; null for all.</param>
/// <param name="MostCells">How many cells there may be; see <see cref="GroupRoom"/>.</param>
/// <param name="WithInfo">What the kernel measured of established connections is wanted; only by peer.</param>
/// <param name="MostSockets">How many sockets may be kept one by one, by process or with what was measured of them.</param>
internal sealed record GroupQuery(
    Grouping By, uint? States = null, int MostCells = GroupRoom.Most, bool WithInfo = false, int MostSockets = int.MaxValue)
{
    public GroupRoom Room { get; } = new(MostCells, MostSockets);

    public EphemeralPortReader PortReader { get; } = new();

    /// <summary>Of the namespace that is being read.</summary>
    public ListeningPorts Listening { get; } = new();

    public bool Wants(TcpState state) => States is not { } states || (states & (1u << (int)state)) != 0;
}

/// <summary>Numbers the local addresses of a namespace, of which there are few.</summary>
internal sealed class LocalAddresses
{
    private readonly Dictionary<(ulong High, ulong Low), ushort> _numbers = [];

    /// <summary>The number of all addresses that no number is left for.</summary>
    public const ushort Shared = ushort.MaxValue;

    /// <summary>The address's number.</summary>
    public ushort Number(SocketEnd local)
    {
        (ulong, ulong) address = (local.High, local.Low);
        if (!_numbers.TryGetValue(address, out ushort number))
        {
            number = (ushort)_numbers.Count;
            if (number < Shared)
            {
                _numbers.Add(address, number);
            }
        }

        return number;
    }

    public void Clear() => _numbers.Clear();
}
