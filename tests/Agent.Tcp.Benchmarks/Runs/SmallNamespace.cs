using System.Globalization;
using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// A handful of sockets in a namespace of their own, beside many of another: the kernel walks all of them for each
/// read, so the read that finds the end of the file costs as much as the one that finds the sockets.
/// </summary>
internal static class SmallNamespace
{
    private const int Handful = 10;
    private const double Limit = 0.6;

    public static Mark Run(BenchmarkOptions options, MarkdownReport report)
    {
        using SocketHolder foreign = SocketHolder.Start(options.Mix(options.Foreign));
        using SocketHolder small = NetworkNamespace.In(() => SocketHolder.Start(options.Mix(Handful)));
        string process = small.ProcessId.ToString(CultureInfo.InvariantCulture);
        List<Entry> entries = [Entries.OfCat(process), Entries.OfEndOfFile(process), Entries.OfProcfs(process)];
        string title = $"{Handful} sockets, beside {options.Foreign:N0} of another namespace";
        Outcome outcome = SideBySide.Run(Handful, title, entries, options.Runs, report);
        return new Mark(
            $"procfs read and count / cat, {Handful} sockets beside {options.Foreign:N0}", Limit, outcome.Ratio(Entries.Procfs, Entries.Cat));
    }
}
