using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The series of every namespace. Namespaces with equal attributes share them; beyond a limit, namespaces that come later
/// are summed into one group, so that nothing is dropped.
/// </summary>
internal sealed class NamespaceGroups
{
    private const string Host = "";

    private readonly int _maxNamespaces;
    private readonly Func<NamespaceGroup, NamespaceSeries>[] _kinds;
    private readonly NamespaceGroup _beyond;
    private readonly HashSet<NamespaceSnapshot> _own = [];
    private Dictionary<string, NamespaceGroup> _byKey = new(StringComparer.Ordinal);
    private IReadOnlyList<NamespaceSnapshot> _list = [];

    /// <summary>No namespaces yet.</summary>
    /// <param name="maxNamespaces">How many have series of their own.</param>
    /// <param name="kinds">Make the series of a group, kind by kind.</param>
    public NamespaceGroups(int maxNamespaces, params Func<NamespaceGroup, NamespaceSeries>[] kinds)
    {
        _maxNamespaces = maxNamespaces;
        _kinds = kinds;
        _beyond = NamespaceGroup.Create([new(NamespaceAttributes.Inode, "other")], kinds, isBeyond: true);
    }

    /// <summary>How many namespaces are summed into one for the limit's sake.</summary>
    public int Beyond { get; private set; }

    /// <summary>Takes what the namespaces hold now; the same list as last time costs no more than that.</summary>
    public void Update(IReadOnlyList<NamespaceSnapshot> list)
    {
        if (!ReferenceEquals(list, _list))
        {
            _list = list;
            Assign(list);
        }

        _beyond.Sum();
        foreach (NamespaceGroup group in _byKey.Values)
        {
            group.Sum();
        }
    }

    /// <summary>Adds the points of one instrument.</summary>
    /// <param name="kind">The number of the series' kind.</param>
    /// <param name="instrument">The number of the instrument within the kind.</param>
    /// <param name="into">Where they go.</param>
    /// <returns>How many points there are that were never before, and how many in all.</returns>
    public (int Added, int Points) Report(int kind, int instrument, MeasurementBuffer<long> into)
    {
        int added = _beyond.Series[kind].Report(instrument, into);
        int points = _beyond.Series[kind].Points(instrument);
        foreach (NamespaceGroup group in _byKey.Values)
        {
            added += group.Series[kind].Report(instrument, into);
            points += group.Series[kind].Points(instrument);
        }

        return (added, points);
    }

    /// <summary>
    /// Those that have a group keep it; newcomers get one while there is room. Those that had one under other attributes come
    /// first: a pod whose name has been learned.
    /// </summary>
    private void Assign(IReadOnlyList<NamespaceSnapshot> list)
    {
        var byKey = new Dictionary<string, NamespaceGroup>(StringComparer.Ordinal);
        foreach (NamespaceSnapshot one in list)
        {
            string key = Key(one.Namespace);
            if (_byKey.TryGetValue(key, out NamespaceGroup? known))
            {
                byKey[key] = known;
            }
        }

        Beyond = 0;
        var members = new Dictionary<NamespaceGroup, List<NamespaceSnapshot>> { [_beyond] = [] };
        NamespaceSnapshot[] ordered = [.. list.Where(_own.Contains), .. list.Where(one => !_own.Contains(one))];
        _own.Clear();
        foreach (NamespaceSnapshot one in ordered)
        {
            NamespaceGroup group = GroupOf(one.Namespace, byKey);
            if (group == _beyond)
            {
                Beyond++;
            }
            else
            {
                _own.Add(one);
            }

            if (!members.TryGetValue(group, out List<NamespaceSnapshot>? of))
            {
                members[group] = of = [];
            }

            of.Add(one);
        }

        foreach ((NamespaceGroup group, List<NamespaceSnapshot> of) in members)
        {
            group.Follow(of);
        }

        _byKey = byKey;
    }

    private NamespaceGroup GroupOf(TcpNamespace space, Dictionary<string, NamespaceGroup> byKey)
    {
        string key = Key(space);
        if (byKey.TryGetValue(key, out NamespaceGroup? group))
        {
            return group;
        }

        bool isHost = space.Kind == NamespaceKind.Host;
        return !isHost && byKey.Count - (byKey.ContainsKey(Host) ? 1 : 0) >= _maxNamespaces
            ? _beyond
            : byKey[key] = NamespaceGroup.Create(space.Attributes, _kinds, isHost);
    }

    /// <summary>
    /// Namespaces have one key when they have the same attributes. A namespace of nobody's is told by its id as well: its
    /// number may be given again, to a namespace whose series begin anew.
    /// </summary>
    private static string Key(TcpNamespace space) => space.Kind switch
    {
        NamespaceKind.Host => Host,
        NamespaceKind.Other => string.Create(CultureInfo.InvariantCulture, $"{space.Inode}/{space.Id}"),
        _ => string.Join('\0', space.Attributes.Select(attribute => attribute.Value)),
    };
}
