using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>Code of this process, on the calling thread.</summary>
internal sealed class InProcessContestant(Action work, Func<long>? count = null, IDisposable? owned = null) : IContestant
{
    public long? CountSockets() => count?.Invoke();

    public Sample Run()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = CpuClock.OfThread();
        work();
        long cpu = CpuClock.OfThread() - start;
        return new Sample(cpu, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    public void Dispose() => owned?.Dispose();
}
