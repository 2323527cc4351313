using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The namespaces that carry the same attributes, for the SDK keeps one value an attribute set: most often one; a pod's
/// and that of a container nested in it; those beyond the limit.
/// </summary>
/// <param name="attributes">What their points carry.</param>
/// <param name="isHost">The host's: its points are reported also when 0.</param>
/// <param name="isBeyond">
/// Of those beyond the limit: there are many, so one that cannot be read keeps its last reading. Elsewhere a sum of which a
/// part is unknown is absent.
/// </param>
internal sealed class NamespaceGroup(KeyValuePair<string, object?>[] attributes, bool isHost, bool isBeyond)
{
    private List<NamespaceSnapshot> _members = [];
    private Dictionary<NamespaceSnapshot, LastReading> _last = [];

    public KeyValuePair<string, object?>[] Attributes => attributes;

    public bool IsHost => isHost;

    public bool IsBeyond => isBeyond;

    /// <summary>The series of each kind, in the order of the kinds.</summary>
    public NamespaceSeries[] Series { get; private set; } = [];

    /// <summary>The values of the attributes: equal for groups that the SDK takes for one.</summary>
    public string Name { get; } = string.Join('\0', attributes.Select(attribute => attribute.Value));

    public static NamespaceGroup Create(
        KeyValuePair<string, object?>[] attributes,
        IEnumerable<Func<NamespaceGroup, NamespaceSeries>> kinds,
        bool isHost = false,
        bool isBeyond = false)
    {
        var group = new NamespaceGroup(attributes, isHost, isBeyond);
        group.Series = [.. kinds.Select(create => create(group))];
        return group;
    }

    /// <summary>These are its namespaces from now on.</summary>
    public void Follow(List<NamespaceSnapshot> members)
    {
        _members = members;
        if (isBeyond)
        {
            _last = members.ToDictionary(member => member, member => _last.GetValueOrDefault(member) ?? new LastReading(member));
        }
    }

    /// <summary>Sums what its namespaces hold.</summary>
    public void Sum()
    {
        foreach (LastReading last in _last.Values)
        {
            last.Update();
        }

        foreach (NamespaceSeries series in Series)
        {
            series.Begin();
            foreach (NamespaceSnapshot member in _members)
            {
                series.Add(isBeyond ? _last[member].Snapshot : member);
            }

            series.End();
        }
    }
}
