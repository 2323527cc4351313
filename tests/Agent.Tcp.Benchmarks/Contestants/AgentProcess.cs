using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// The whole agent: the CPU time of its process from one export to the next, collection, encoding, sending and idling
/// included. It is stopped (SIGSTOP) while others are measured.
/// </summary>
internal sealed class AgentProcess : IContestant
{
    /// <summary>Long enough that the process is at rest, and can be stopped, between two exports on a busy machine too.</summary>
    private const int IntervalMilliseconds = 1000;

    /// <summary>The agent runs for months; what its first exports cost beyond the others (compiling) is not the question.</summary>
    private const int WarmUpExports = 35;

    // include/uapi/asm-generic/signal.h, the same on all of .NET's Linux targets
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly OtlpSink _sink = new();
    private readonly Child _child;

    public AgentProcess(string path)
    {
        _child = PublishedAgent.Start(path, IntervalMilliseconds);
        _sink.WaitFor(WarmUpExports);
        Signal(SigStop);
    }

    public long? CountSockets() => null;

    public Sample Run()
    {
        Signal(SigCont);
        (long exportsBefore, long cpuBefore) = AfterExport();
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
