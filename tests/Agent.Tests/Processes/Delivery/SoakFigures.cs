using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The account of a soak.</summary>
internal sealed class SoakFigures
{
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly List<ProcessUsage> _usage = [];
    private ScheduledFault? _before;
    private ScheduledFault? _fault;
    private int _takenInDoubt;

    /// <summary>Faults that began.</summary>
    public int Faults { get; private set; }

    public int Kinds => _kinds.Count;

    /// <summary>
    /// Payloads that the receiver took while the agent might not learn of it, just before, or just after: what a link
    /// held back arrives when it is let go. No more can be duplicates.
    /// </summary>
    public int TakenInDoubt => Volatile.Read(ref _takenInDoubt);

    public void Begin(ScheduledFault fault)
    {
        Volatile.Write(ref _before, _fault);
        Volatile.Write(ref _fault, fault);
        if (fault is { RefusesOne: false, Link: var link } && link == Support.Network.LinkFault.None && fault.Answer == OtlpAnswer.Success)
        {
            return;
        }

        Faults++;
        _kinds.Add(fault.Name);

        // Two are on their way at most when a fault begins: a new payload and a kept one.
        Interlocked.Add(ref _takenInDoubt, fault.CanDuplicate ? 2 : 0);
    }

    public OtlpAnswer AnswerTo(ReceivedExport export)
    {
        ScheduledFault? fault = Volatile.Read(ref _fault);
        bool isInDoubt = fault is { CanDuplicate: true } || Volatile.Read(ref _before) is { CanDuplicate: true };
        if (isInDoubt && fault!.Answer.IsTaken(export.Protocol))
        {
            Interlocked.Increment(ref _takenInDoubt);
        }

        return fault?.Answer ?? OtlpAnswer.Success;
    }

    public void Sample(ProcessUsage usage) => _usage.Add(usage);

    /// <summary>Of the second quarter of the samples and of the last: the mean of memory, the most of descriptors.</summary>
    public (ProcessUsage Early, ProcessUsage Late) Usage()
    {
        int quarter = _usage.Count / 4;
        return (Sum(_usage.GetRange(quarter, quarter)), Sum(_usage.GetRange(_usage.Count - quarter, quarter)));

        static ProcessUsage Sum(List<ProcessUsage> part) =>
            new((long)part.Average(usage => usage.ResidentBytes), part.Max(usage => usage.Descriptors));
    }
}
