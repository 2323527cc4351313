using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The points of one or several instruments for the namespaces of one group: summed once a collection by
/// <see cref="Begin"/>, <see cref="Add"/> for each and <see cref="End"/>, then reported by each instrument. Allocates
/// nothing once its points are made.
/// </summary>
internal abstract class NamespaceSeries
{
    public abstract void Begin();

    public abstract void Add(NamespaceSnapshot snapshot);

    public virtual void End()
    {
    }

    /// <summary>Adds the points of one instrument.</summary>
    /// <returns>How many of them are new.</returns>
    public abstract int Report(int instrument, MeasurementBuffer<long> into);

    /// <summary>How many points of an instrument there are, or have been and may come back.</summary>
    public abstract int Points(int instrument);
}
