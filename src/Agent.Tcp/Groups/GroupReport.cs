namespace Agent.Tcp.Groups;

/// <summary>The groups of all namespaces, put together and in order.</summary>
internal sealed class GroupReport
{
    private readonly IReadOnlyList<SocketGroups> _spaces;
    private readonly Cell[] _cells;
    private readonly List<Run> _runs = [];
    private readonly long[] _states = new long[TcpStates.SlotCount];

    /// <summary>Puts them together.</summary>
    /// <param name="spaces">The namespaces.</param>
    /// <param name="baseline">What the groups' growth is counted from; null where it is not wanted.</param>
    public GroupReport(IReadOnlyList<SocketGroups> spaces, GroupBaseline? baseline = null)
    {
        _spaces = spaces;
        _cells = new Cell[spaces.Sum(space => space.CellCount)];
        int end = 0;
        for (int index = 0; index < spaces.Count; index++)
        {
            int start = end;
            foreach ((GroupCell key, GroupCount count, SocketFamily family) in spaces[index].Cells)
            {
                _cells[end++] = new Cell(key, count.Sockets, family == SocketFamily.Inet ? count.InfoSlot : -count.InfoSlot);
                if (!key.IsPortOnly)
                {
                    _states[(int)key.State] += count.Sockets;
                    Total += count.Sockets;
                }
            }

            _cells.AsSpan(start..end).Sort(static (left, right) => GroupCell.Compare(left.Key, right.Key));
            AddRuns(index, start, end, baseline);
        }

        HasGrowth = baseline is { IsSet: true };
        baseline?.SetOnce(this);
    }

    /// <summary>All sockets: the sum of the groups.</summary>
    public long Total { get; }

    public int Count => _runs.Count;

    /// <summary>There was something to compare with.</summary>
    public bool HasGrowth { get; }

    public long this[TcpState state] => _states[(int)state];

    /// <summary>The groups, the largest first. The same instance each time, filled anew.</summary>
    /// <param name="limit">So many; those that are left are summed into one more, of no namespace.</param>
    /// <param name="byGrowth">Those that grew most come first.</param>
    public IEnumerable<SocketGroup> Take(int limit, bool byGrowth = false)
    {
        // The sort is not stable; where two are equal their order is that of the cells.
        _runs.Sort(byGrowth
            ? static (left, right) => Compare(right.Growth, left.Growth, Compare(right.Total, left.Total, left.Start - right.Start))
            : static (left, right) => Compare(right.Total, left.Total, left.Start - right.Start));
        var group = new SocketGroup();
        int shown = Math.Min(limit, _runs.Count);
        for (int index = 0; index < shown; index++)
        {
            Fill(group, _runs[index]);
            yield return group;
        }

        if (shown < _runs.Count)
        {
            group.Begin(new GroupCell(GroupKind.Others, 0, TcpState.Unknown), null);
            group.Rest = _runs.Count - shown;
            for (int index = shown; index < _runs.Count; index++)
            {
                Add(group, _runs[index]);
                group.Growth += _runs[index].Growth;
            }

            group.Info.End();

            yield return group;
        }
    }

    private static int Compare(long left, long right, int otherwise) => left == right ? otherwise : left.CompareTo(right);

    private void AddRuns(int space, int start, int end, GroupBaseline? baseline)
    {
        while (start < end)
        {
            GroupCell key = _cells[start].Key;
            long total = 0;
            int next = start;
            for (; next < end && _cells[next].Key.IsOfSameGroup(key); next++)
            {
                total += _cells[next].Key.IsPortOnly ? 0 : _cells[next].Count;
            }

            if (total > 0)
            {
                _runs.Add(new Run(start, next, space, total, baseline?.Growth(_spaces[space], key.Group, total) ?? 0));
            }

            start = next;
        }
    }

    private void Fill(SocketGroup group, Run run)
    {
        group.Begin(_cells[run.Start].Key.Group, run.Space);
        group.Growth = run.Growth;
        Add(group, run);
        group.Info.End();
        if (group.Key.Kind == GroupKind.Client && _spaces[run.Space].Ports is { Count: > 0 } ports)
        {
            group.PortsUsed = PortsUsed(run);
            group.PortsLimit = ports.Count;
        }
    }

    private void Add(SocketGroup group, Run run)
    {
        for (int index = run.Start; index < run.End; index++)
        {
            Cell cell = _cells[index];
            group.Add(cell.Key.State, cell.Key.IsPortOnly ? 0 : cell.Count);
            if (cell.Info == 0 && cell.Key is { State: TcpState.Established, IsPortOnly: false })
            {
                group.Info.AddUnknown();
            }
            else if (cell.Info != 0)
            {
                _spaces[run.Space].AddInfo(group.Info, cell.Info > 0 ? SocketFamily.Inet : SocketFamily.Inet6, Math.Abs(cell.Info));
            }
        }
    }

    /// <summary>Of the local address that has most: cells are in the order of local addresses.</summary>
    private int? PortsUsed(Run run)
    {
        if (_spaces[run.Space].LacksPorts)
        {
            return null;
        }

        int most = 0;
        int used = 0;
        int local = -1;
        for (int index = run.Start; index < run.End; index++)
        {
            (GroupCell key, int count, _) = _cells[index];
            if (key.Local == LocalAddresses.Shared)
            {
                return null;
            }

            used = key.Local == local ? used : 0;
            local = key.Local;
            used += key.IsEphemeral ? count : 0;
            most = Math.Max(most, used);
        }

        return most;
    }

    /// <summary>A part of a group, of one family.</summary>
    /// <param name="Key">What it is.</param>
    /// <param name="Count">Its sockets.</param>
    /// <param name="Info">The place of what was measured, negative in the table of AF_INET6; 0 where there is nothing.</param>
    private readonly record struct Cell(GroupCell Key, int Count, int Info);

    private readonly record struct Run(int Start, int End, int Space, long Total, long Growth);

    /// <summary>The groups and their totals, for a baseline.</summary>
    internal IEnumerable<(SocketGroups Space, GroupCell Key, long Total)> Totals =>
        _runs.Select(run => (_spaces[run.Space], _cells[run.Start].Key.Group, run.Total));
}

/// <summary>One group, as it is shown.</summary>
internal sealed class SocketGroup
{
    private readonly long[] _states = new long[TcpStates.SlotCount];

    public GroupCell Key { get; private set; }

    /// <summary>The number of its namespace; null where it is of several.</summary>
    public int? Space { get; private set; }

    public long Total { get; private set; }

    /// <summary>By how much it has grown since the first report.</summary>
    public long Growth { get; set; }

    /// <summary>How many groups beyond the limit are summed in this one; 0 for a group of its own.</summary>
    public int Rest { get; set; }

    /// <summary>The ephemeral ports in use toward the peer by the local address that uses most; null where that is not known.</summary>
    public int? PortsUsed { get; set; }

    /// <summary>How many ephemeral ports there are; meaningless where <see cref="PortsUsed"/> is null.</summary>
    public int PortsLimit { get; set; }

    /// <summary>What was measured of its established connections.</summary>
    public GroupInfo Info { get; } = new();

    public long this[TcpState state] => _states[(int)state];

    public void Begin(GroupCell key, int? space)
    {
        Key = key;
        Space = space;
        Total = Growth = Rest = 0;
        PortsUsed = null;
        Info.Clear();
        Array.Clear(_states);
    }

    public void Add(TcpState state, long count)
    {
        _states[(int)state] += count;
        Total += count;
    }
}

/// <summary>The groups of the first report of a watch, to which later ones are compared.</summary>
internal sealed class GroupBaseline
{
    private Dictionary<(SocketGroups Space, GroupCell Key), long>? _totals;

    public bool IsSet => _totals is not null;

    /// <summary>A group that was not there has grown from 0.</summary>
    public long Growth(SocketGroups space, GroupCell key, long total) =>
        _totals is null ? 0 : total - _totals.GetValueOrDefault((space, key));

    public void SetOnce(GroupReport report)
    {
        if (_totals is null)
        {
            // Of the size that it needs: to let it grow would take twice the memory.
            _totals = new(report.Count);
            foreach ((SocketGroups space, GroupCell key, long total) in report.Totals)
            {
                _totals.Add((space, key), total);
            }
        }
    }
}
