using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Snapshots;

/// <summary>
/// Reads as many namespaces as the budget allows. Reading any namespace walks the node's whole hash, so what all of them
/// cost is their number times the node. Their totals are read each time; those that prove a namespace empty are its
/// reading; the first namespace, the host's, is always read; the rest in <see cref="ReadingOrder"/>, and what is left
/// over keeps its last reading.
/// </summary>
internal sealed class NamespaceReadings(SourceSelector sources, CpuBudget budget, ReadLimit limit, TimeProvider time)
{
    private readonly SockstatReader _sockstat = new();
    private readonly ReadingOrder _order = new();
    private readonly List<ReadError> _attempt = [];

    /// <summary>Namespaces whose process was not there any more.</summary>
    public List<NamespaceSnapshot> Vanished { get; } = [];

    public void ReadAll(IReadOnlyList<NamespaceSnapshot> namespaces, List<ReadError> errors)
    {
        TimeSpan cpu = CpuClock.Thread();
        Vanished.Clear();
        _order.Clear();
        budget.Fill();
        for (int index = 0; index < namespaces.Count; index++)
        {
            NamespaceSnapshot one = namespaces[index];
            if (index == 0)
            {
                Read(one, errors);
            }
            else if (!IsProvenEmpty(one))
            {
                one.Status = NamespaceStatus.Deferred;
                _order.Add(one);
            }
        }

        Pay(ref cpu);
        foreach (NamespaceSnapshot one in _order.Order())
        {
            if (!budget.HasLeft || limit.IsOver)
            {
                break;
            }

            ReadOrMiss(one, errors);
            Pay(ref cpu);
        }
    }

    /// <summary>Reads one, whatever it costs.</summary>
    public void Read(NamespaceSnapshot one, List<ReadError> errors)
    {
        sources.Read(one.Namespace!, one, errors);
        one.Status = one.HasReading ? NamespaceStatus.Read : NamespaceStatus.Failed;
        Remember(one);
    }

    private void ReadOrMiss(NamespaceSnapshot one, List<ReadError> errors)
    {
        _attempt.Clear();
        Read(one, _attempt);
        if (!one.HasReading && _attempt.TrueForAll(static error => error.Failure == ReadFailure.NotFound))
        {
            // Normal on a busy node: no error until it is known that the namespace still lives.
            Vanished.Add(one);
            return;
        }

        errors.AddRange(_attempt);
    }

    private bool IsProvenEmpty(NamespaceSnapshot one)
    {
        TcpNamespace space = one.Namespace!;
        if (!_sockstat.TryRead(space, out SocketTotals totals))
        {
            one.TotalsNow = null;
            one.Movement = 0;
            return false;
        }

        one.TotalsNow = totals;
        one.Movement = one.TotalsWhenRead is { } before ? totals.DistanceTo(before) : 0;
        if (!totals.ProveEmpty)
        {
            return false;
        }

        one.Begin(space, TcpSourceKind.Procfs);
        one[SocketFamily.Inet] = FamilyStatus.Read;
        one[SocketFamily.Inet6] = totals.Inet6 is null ? FamilyStatus.Unsupported : FamilyStatus.Read;
        one.Status = NamespaceStatus.Read;
        Remember(one);
        return true;
    }

    private void Remember(NamespaceSnapshot one)
    {
        one.ReadAt = time.GetTimestamp();
        one.TotalsWhenRead = one.TotalsNow;
    }

    private void Pay(ref TimeSpan cpu)
    {
        TimeSpan now = CpuClock.Thread();
        budget.Spend(now - cpu);
        cpu = now;
    }
}
