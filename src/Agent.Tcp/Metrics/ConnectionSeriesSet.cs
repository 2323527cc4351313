using System.Globalization;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The series of every namespace. Namespaces with equal attributes share one, for the SDK keeps one value an attribute
/// set; beyond a limit, namespaces that come later are summed into one series, so that nothing is dropped.
/// </summary>
internal sealed class ConnectionSeriesSet(int maxNamespaces)
{
    private const string Host = "";

    private readonly ConnectionSeries _beyond = new([new(NamespaceAttributes.Inode, "other")], reportsAllStates: false);
    private Dictionary<string, ConnectionSeries> _byKey = new(StringComparer.Ordinal);
    private Dictionary<TcpNamespace, ConnectionSeries> _byNamespace = new(ReferenceEqualityComparer.Instance);
    private IReadOnlyList<NamespaceSnapshot> _list = [];

    /// <summary>How many namespaces are summed into one for the limit's sake.</summary>
    public int Beyond { get; private set; }

    /// <summary>How many points there are now.</summary>
    public int Points { get; private set; }

    /// <summary>These are the namespaces from now on; the same list as last time costs nothing.</summary>
    public void Follow(IReadOnlyList<NamespaceSnapshot> list)
    {
        if (!ReferenceEquals(list, _list))
        {
            _list = list;
            Assign(list);
        }
    }

    /// <summary>Adds the points of what the namespaces hold.</summary>
    /// <returns>How many points there are that were never before.</returns>
    public int Report(MeasurementBuffer<long> into)
    {
        _beyond.Begin();
        foreach (ConnectionSeries series in _byKey.Values)
        {
            series.Begin();
        }

        for (int index = 0; index < _list.Count; index++)
        {
            _byNamespace[_list[index].Namespace!].Add(_list[index]);
        }

        int added = _beyond.Report(into);
        Points = _beyond.Points;
        foreach (ConnectionSeries series in _byKey.Values)
        {
            added += series.Report(into);
            Points += series.Points;
        }

        return added;
    }

    /// <summary>Those that have series keep them; newcomers get one while there is room.</summary>
    private void Assign(IReadOnlyList<NamespaceSnapshot> list)
    {
        var byKey = new Dictionary<string, ConnectionSeries>(StringComparer.Ordinal);
        var byNamespace = new Dictionary<TcpNamespace, ConnectionSeries>(list.Count, ReferenceEqualityComparer.Instance);
        foreach (NamespaceSnapshot one in list)
        {
            string key = Key(one.Namespace!);
            if (_byKey.TryGetValue(key, out ConnectionSeries? known))
            {
                byKey[key] = byNamespace[one.Namespace!] = known;
            }
        }

        Beyond = 0;
        foreach (NamespaceSnapshot one in list)
        {
            if (!byNamespace.ContainsKey(one.Namespace!))
            {
                byNamespace[one.Namespace!] = AssignNew(one.Namespace!, byKey);
            }
        }

        _byKey = byKey;
        _byNamespace = byNamespace;
    }

    private ConnectionSeries AssignNew(TcpNamespace space, Dictionary<string, ConnectionSeries> byKey)
    {
        string key = Key(space);
        if (byKey.TryGetValue(key, out ConnectionSeries? shared))
        {
            return shared;
        }

        bool isHost = space.Kind == NamespaceKind.Host;
        if (!isHost && byKey.Count - (byKey.ContainsKey(Host) ? 1 : 0) >= maxNamespaces)
        {
            Beyond++;
            return _beyond;
        }

        return byKey[key] = new ConnectionSeries(space.Attributes, reportsAllStates: isHost);
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
