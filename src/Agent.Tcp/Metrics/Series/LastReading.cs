using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// What is last known of a namespace: of a family that fails, what was read before. One that never could be read has no
/// part in a sum, as if the kernel did not know it.
/// </summary>
internal sealed class LastReading
{
    private readonly NamespaceSnapshot _of;

    public LastReading(NamespaceSnapshot of)
    {
        _of = of;
        Snapshot = new NamespaceSnapshot { Signals = of.Signals?.Another(), Counters = of.Counters };
        Snapshot[SocketFamily.Inet] = Snapshot[SocketFamily.Inet6] = FamilyStatus.Unsupported;
    }

    public NamespaceSnapshot Snapshot { get; }

    public void Update() => Snapshot.TakeOver(_of);
}
