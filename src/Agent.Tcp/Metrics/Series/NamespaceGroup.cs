using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics.Series;

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

    /// <summary>Of a family that fails, what was read before; one that never could be read has no part in a sum.</summary>
    private Dictionary<NamespaceSnapshot, Reading> _last = [];

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
            _last = members.ToDictionary(member => member, member => _last.GetValueOrDefault(member) ?? Unread(member.Reading));
        }
    }

    /// <summary>Sums what its namespaces hold.</summary>
    public void Sum()
    {
        foreach ((NamespaceSnapshot member, Reading last) in _last)
        {
            last.TakeOver(member.Reading);
        }

        foreach (NamespaceSeries series in Series)
        {
            series.Begin();
            foreach (NamespaceSnapshot member in _members)
            {
                series.Add(isBeyond ? _last[member] : member.Reading, member.Counters);
            }

            series.End();
        }
    }

    /// <summary>As if the kernel did not know either family.</summary>
    private static Reading Unread(Reading of)
    {
        // What is taken of the rows keeps its last reading by itself.
        var reading = new Reading { Signals = of.Signals?.Another(), Rows = of.Rows };
        reading[SocketFamily.Inet] = reading[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        return reading;
    }
}

/// <summary>
/// The points of one or several instruments for the namespaces of one group: summed once a collection by
/// <see cref="Begin"/>, <see cref="Add"/> for each and <see cref="End"/>, then reported by each instrument. Allocates
/// nothing once its points are made.
/// </summary>
internal abstract class NamespaceSeries
{
    public abstract void Begin();

    public abstract void Add(Reading reading, NamespaceCounters? counters);

    public virtual void End()
    {
    }

    /// <summary>Adds the points of one instrument.</summary>
    /// <returns>How many of them are new.</returns>
    public abstract int Report(int instrument, MeasurementBuffer<long> into);

    /// <summary>How many points of an instrument there are, or have been and may come back.</summary>
    public abstract int Points(int instrument);
}
