using Agent.Tcp.Totals;

namespace Agent.Tcp.Scheduling;

/// <summary>
/// Reads the kernel's counters of the namespaces: two small files each. Those of the host's, or of the only one, are read
/// each time; the others' while there is budget, going on the next time where it ran out; those of a namespace without
/// sockets, which seldom change and would cost more than all else about it, not more often than <see cref="Idle"/>; and so
/// the dearer file of one where no segment came or went. What is left over keeps its last values: a counter that lags is
/// still right about the past.
/// </summary>
internal sealed class CounterReadings(ReadingCosts costs, ReadLimit limit, TimeProvider time)
{
    /// <summary>Somewhat less than the usual interval between collections, a minute.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(45);

    private readonly CounterReader _reader = new();
    private int _next;

    /// <summary>Reads one, whatever it costs.</summary>
    public void Read(NamespaceSnapshot one, List<ReadError> errors)
    {
        if (one.Counters is { } counters)
        {
            if (_reader.Read(one.Namespace, counters, errors, IsLongAgo(counters.NetstatReadAt)))
            {
                counters.NetstatReadAt = time.GetTimestamp();
            }

            counters.ReadAt = time.GetTimestamp();
        }
    }

    /// <summary>Reads those that are not always read.</summary>
    /// <param name="namespaces">All namespaces.</param>
    /// <param name="errors">Where it is said what failed.</param>
    public void ReadOthers(IReadOnlyList<NamespaceSnapshot> namespaces, List<ReadError> errors)
    {
        for (int read = 0; read < namespaces.Count && costs.HasLeft && !limit.IsOver; read++)
        {
            _next = _next < namespaces.Count ? _next : 0;
            NamespaceSnapshot one = namespaces[_next++];
            if (!IsAlwaysRead(one, namespaces.Count) && IsDue(one))
            {
                Read(one, errors);
                costs.Pay();
            }
        }
    }

    /// <summary>The host's, and the only one there is.</summary>
    public static bool IsAlwaysRead(NamespaceSnapshot one, int namespaces) =>
        one.Namespace.Kind == NamespaceKind.Host || namespaces == 1;

    private bool IsDue(NamespaceSnapshot one) =>
        one.Counters is { } counters
        && (one.History.TotalsNow is not { ProveEmpty: true } || IsLongAgo(counters.ReadAt));

    private bool IsLongAgo(long? since) => since is not { } readAt || time.GetElapsedTime(readAt) >= Idle;
}
