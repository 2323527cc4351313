using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A program, from its start to its end.</summary>
internal sealed class CommandContestant(string[] line, Func<string, long>? count = null) : IContestant
{
    public long? CountSockets() => count?.Invoke(Command.Output(line));

    public Sample Run() => new(Command.Run(line));

    public void Dispose()
    {
    }
}
