using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// The whole agent: the CPU time of its process from one export to the next, collection, encoding, sending and idling
/// included. Every fifth or twentieth collection lists what the others count (<c>Tcp:ListEvery</c>), so twenty are taken
/// together, and their mean is told. It is stopped (SIGSTOP) while others are measured.
/// </summary>
internal sealed class AgentProcess : IContestant
{
    /// <summary>Long enough that the process is at rest, and can be stopped, between two exports on a busy machine too.</summary>
    private const int IntervalMilliseconds = 1000;

    /// <summary>The agent runs for months; what its first exports cost beyond the others (connecting, filling caches) is not the question.</summary>
    private const int WarmUpExports = 35;

    private const int FirstPort = 4318;
    private const int ExportsPerRun = ListingSchedule.EveryOfLarge;

    // include/uapi/asm-generic/signal.h, the same on all of .NET's Linux targets
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly OtlpSink _sink;
    private readonly Child _child;

    /// <summary>Starts it.</summary>
    /// <param name="path">The agent's executable.</param>
    /// <param name="counting">Its setting <c>Tcp:Counting</c>; null leaves it at its default.</param>
    public AgentProcess(string path, string? counting = null)
    {
        _sink = new OtlpSink(counting is null ? FirstPort : FirstPort + 1);
        _child = PublishedAgent.Start(path, IntervalMilliseconds, _sink, counting: counting);
        _sink.WaitFor(WarmUpExports);
        Signal(SigStop);
    }

    public long? CountSockets() => null;

    /// <summary>Its first export after it was stopped is not counted.</summary>
    public void Prepare()
    {
    }

    public Sample Run()
    {
        Signal(SigCont);
        (long exportsBefore, long cpuBefore) = AfterExport();
        _sink.WaitFor(_sink.Exports + ExportsPerRun - 1);
        (long exportsAfter, long cpuAfter) = AfterExport();
        Signal(SigStop);
        return new Sample((cpuAfter - cpuBefore) / (exportsAfter - exportsBefore));
    }

    public void Dispose()
    {
        _child.Dispose();
        _sink.Dispose();
    }

    private (long Exports, long Cpu) AfterExport()
    {
        _sink.WaitFor(_sink.Exports + 1);
        long cpu = CpuClock.OfProcessAtRest(_child.Id);
        return (_sink.Exports, cpu);
    }

    private void Signal(int signal) => Native.Checked(Native.kill(_child.Id, signal), "kill");
}
