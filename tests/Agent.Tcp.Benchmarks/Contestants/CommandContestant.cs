using System.Diagnostics;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A program, from its start to its end.</summary>
internal sealed class CommandContestant(string[] line, Func<string, long>? count = null) : IContestant
{
    public long? CountSockets() => count?.Invoke(Command.Output(line));

    public Sample Run()
    {
        long start = Stopwatch.GetTimestamp();
        long cpu = Command.Run(line);
        return new Sample(cpu, Wall: Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
    }
}
