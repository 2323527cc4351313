using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>What the project has set itself, size by size.</summary>
internal static class CompareMarks
{
    private const int Many = 100_000;
    private const int Some = 10_000;
    private const int Few = 1_000;

    /// <summary>The marks of one size.</summary>
    /// <param name="outcome">What was measured.</param>
    /// <param name="isIpv4Only">Connections are of AF_INET alone: counting them needs one walk of the kernel's table, not two.</param>
    public static IEnumerable<Mark> Of(Outcome outcome, bool isIpv4Only)
    {
        string size = $"{outcome.Sockets:N0} sockets";
        yield return Ratio(Entries.Procfs, Entries.Cat, 1.05);
        yield return new Mark($"bytes allocated, {Entries.Procfs}, {size}", 0, outcome.AllocatedBytes(Entries.Procfs));
        yield return Ratio(Entries.SockDiag, Entries.CProgram, 1.1);
        yield return new Mark($"bytes allocated, {Entries.SockDiag}, {size}", 0, outcome.AllocatedBytes(Entries.SockDiag));
        if (outcome.Sockets is Some or Many)
        {
            yield return Ratio(Entries.SockDiag, Entries.Cat, outcome.Sockets == Many ? 0.55 : 0.35);
        }

        if (outcome.Sockets is Few or Many)
        {
            double limit = outcome.Sockets == Few ? 0.5 : isIpv4Only ? 0.09 : 0.17;
            yield return Ratio(Entries.Agent, Entries.NodeExporterName, limit);
        }

        yield return new Mark($"bytes allocated, {Entries.Totals}, {size}", 0, outcome.AllocatedBytes(Entries.Totals));
        if (outcome.Sockets == Many)
        {
            yield return Ratio(Entries.Totals, Entries.Cat, 0.2);
            yield return Ratio(Entries.Agent, Entries.Cat, 0.2);
        }

        Mark Ratio(string of, string to, double limit) => new($"{of} / {to}, {size}", limit, outcome.Ratio(of, to));
    }
}
