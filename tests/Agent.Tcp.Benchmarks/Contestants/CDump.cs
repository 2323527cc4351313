using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// The C program of this folder, one dump of a process that is already there: it tells the CPU time of each dump itself.
/// </summary>
internal sealed class CDump : IContestant
{
    private readonly CompiledProgram _program;
    private readonly Child _child;

    /// <summary>Compiles it with the C compiler at <paramref name="compiler"/>.</summary>
    public CDump(string compiler)
    {
        _program = new CompiledProgram(compiler, "tcpdiag_dump");
        _child = new Child(_program.File, ["--serve"]);
    }

    public long? CountSockets() => Dump().Sockets;

    public Sample Run() => new(Dump().CpuNanoseconds);

    public void Dispose()
    {
        _child.Dispose();
        _program.Dispose();
    }

    private (long CpuNanoseconds, long Sockets) Dump()
    {
        string[] answer = _child.Ask("").Split(' ');
        return (long.Parse(answer[0], CultureInfo.InvariantCulture), long.Parse(answer[1], CultureInfo.InvariantCulture));
    }
}
