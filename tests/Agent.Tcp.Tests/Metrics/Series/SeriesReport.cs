using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>What namespaces' series report, as text, and namespaces to report of.</summary>
internal static class SeriesReport
{
    /// <summary>Sums and reports one instrument: attributes' values and the point's, such as <c>80 inet = 3</c>.</summary>
    public static List<string> Points(this NamespaceGroups groups, IReadOnlyList<NamespaceSnapshot> namespaces, int instrument = 0)
    {
        groups.Update(namespaces);
        return groups.Points(instrument);
    }

    public static List<string> Points(this NamespaceGroups groups, int instrument = 0)
    {
        var buffer = new MeasurementBuffer<long>();
        groups.Report(0, instrument, buffer);
        return [.. buffer.Select(Text).Order(StringComparer.Ordinal)];
    }

    public static NamespaceSnapshot Host() => Create(NamespaceIdentity.Host, id: 1);

    public static NamespaceSnapshot Pod(string uid, long id, bool isBorn = false) =>
        Create(new NamespaceIdentity(NamespaceKind.Pod, PodUid: uid), id, isBorn: isBorn);

    public static NamespaceSnapshot Other(ulong inode, long id, bool isBorn = false) =>
        Create(NamespaceIdentity.Other, id, inode, isBorn);

    /// <summary>The kernel's counter of connections opened by connect() is read.</summary>
    public static NamespaceSnapshot SetOpens(this NamespaceSnapshot one, long value)
    {
        one.Counters!.Begin();
        one.Counters.Set(TcpCounter.ActiveOpens, value);
        return one;
    }

    /// <summary>A reading begins, and both families will have been read.</summary>
    public static NamespaceSnapshot Read(this NamespaceSnapshot one)
    {
        one.Reading.Begin(TcpSourceKind.Procfs);
        one.Reading[SocketFamily.Inet] = one.Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        return one;
    }

    private static NamespaceSnapshot Create(NamespaceIdentity identity, long id, ulong inode = 4711, bool isBorn = false)
    {
        var groups = new TcpMetricGroups();
        return new NamespaceSnapshot(
            new TcpNamespace("/proc", "1", identity, inode, id), SocketSignals.For(groups), new NamespaceCounters(isBorn));
    }

    private static string Text(Measurement<long> point)
    {
        var values = new List<string>();
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            values.Add($"{tag.Value}");
        }

        return $"{string.Join(' ', values)} = {point.Value}".TrimStart();
    }
}
