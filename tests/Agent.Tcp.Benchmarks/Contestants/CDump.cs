using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// The C program of this folder, one dump of a process that is already there: it tells the CPU time of each dump itself.
/// </summary>
internal sealed class CDump : IContestant
{
    private const string Source = "c/tcpdiag_dump.c";

    private readonly string _folder;
    private readonly Child _child;

    private CDump(string folder, string program)
    {
        _folder = folder;
        _child = new Child(program, ["--serve"]);
    }

    /// <summary>Compiles it with the C compiler at <paramref name="compiler"/>.</summary>
    public static CDump Build(string compiler)
    {
        string folder = Directory.CreateTempSubdirectory("tcpdiag").FullName;
        string program = Path.Join(folder, "tcpdiag_dump");
        _ = Command.Run([compiler, "-O2", "-o", program, Path.Join(AppContext.BaseDirectory, Source)]);
        return new CDump(folder, program);
    }

    public long? CountSockets() => Dump().Sockets;

    public Sample Run() => new(Dump().CpuNanoseconds);

    public void Dispose()
    {
        _child.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (long CpuNanoseconds, long Sockets) Dump()
    {
        string[] answer = _child.Ask("").Split(' ');
        return (long.Parse(answer[0], CultureInfo.InvariantCulture), long.Parse(answer[1], CultureInfo.InvariantCulture));
    }
}
