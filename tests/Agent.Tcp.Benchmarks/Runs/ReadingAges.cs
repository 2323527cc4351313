using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// How old readings get where namespaces share the node's hash: in process, at the default budget, with a clock that goes on
/// by 10 s from one collection to the next, while the CPU time is real. Some of the namespaces change all the time.
/// </summary>
internal static class ReadingAges
{
    private const int Namespaces = 110;
    private const int Sockets = 10_000;
    private const int SocketsEach = 20;
    private const int Collections = 60;
    private const int WarmUp = 30;
    private const double Limit = 120;

    private static readonly int[] Moving = [0, 10, 50];
    private static readonly TcpSource[] Sources = [TcpSource.Auto, TcpSource.Procfs];

    public static Mark Run(BenchmarkOptions options, MarkdownReport report)
    {
        var rows = new List<string[]>();
        double oldest = 0;
        File.WriteAllText(NamespacesRun.Sysctl, "0");
        using SocketHolder host = SocketHolder.Start(options.Mix(Sockets));
        foreach (int moving in Moving)
        {
            // Of IPv4 alone, as most pods are: then one of the two tables is read.
            using var pods = new NamespaceHolder(Namespaces, new SocketMix(SocketsEach, 0, 0, 0), moving);
            foreach (TcpSource source in Sources)
            {
                rows.Add(Measure(source, moving, pods, ref oldest));
                Console.Error.WriteLine(string.Join(" | ", rows[^1]));
            }
        }

        report.Heading($"Ages of {Namespaces} readings beside {Sockets:N0} sockets of the host, shared hash");
        report.Line($"Of every namespace but the host's, in {Collections - WarmUp} collections 10 s apart, after {WarmUp}; in seconds.");
        report.Line();
        report.Table(
            ["moving", "source", "CPU ms each", "read each", "deferred each", "moving: median", "90 %", "most", "others: median", "90 %", "most"], rows);
        return new Mark($"age of the oldest of {Namespaces} readings beside {Sockets:N0} sockets, shared hash, s", Limit, oldest);
    }

    private static string[] Measure(TcpSource source, int moving, NamespaceHolder pods, ref double oldest)
    {
        var time = new SteppingTime();
        using var reader = new SnapshotReader(new TcpInstrumentationOptions { Namespaces = NamespaceScope.All, Source = source }, time);
        var movers = new List<double>();
        var others = new List<double>();
        var read = new List<double>();
        var deferred = new List<double>();
        TimeSpan spent = TimeSpan.Zero;
        for (int collection = 0; collection < Collections; collection++)
        {
            // Half of what may be moved is left for the other source.
            if (collection % 2 == 0 && moving > 0)
            {
                pods.Move();
            }

            time.Advance();
            TcpSnapshot snapshot = reader.Read();
            if (collection < WarmUp)
            {
                spent = reader.CpuSpent;
                continue;
            }

            read.Add(snapshot.Count(NamespaceStatus.Read));
            deferred.Add(snapshot.Count(NamespaceStatus.Deferred));
            foreach (NamespaceSnapshot one in snapshot.Namespaces.Skip(1))
            {
                bool isMover = pods.Processes.Take(moving).Contains(one.Namespace.Process, StringComparer.Ordinal);
                (isMover ? movers : others).Add(time.GetElapsedTime(one.History.WholeAt ?? one.History.FoundAt!.Value).TotalSeconds);
            }
        }

        oldest = Math.Max(oldest, movers.Concat(others).Max());
        return
        [
            Figures.Of(moving),
            $"{source}",
            Figures.Of((reader.CpuSpent - spent).TotalMilliseconds / (Collections - WarmUp), "0.0"),
            Figures.Of(Statistics.Median(read)),
            Figures.Of(Statistics.Median(deferred)),
            .. Spread(movers),
            .. Spread(others),
        ];
    }

    private static string[] Spread(List<double> ages)
    {
        if (ages.Count == 0)
        {
            return ["", "", ""];
        }

        ages.Sort();
        return [Figures.Of(ages[ages.Count / 2]), Figures.Of(ages[ages.Count * 9 / 10]), Figures.Of(ages[^1])];
    }

    /// <summary>Goes on when it is told to, by the usual interval of a test setup.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance() => _now += Interval.Ticks;

        public override long GetTimestamp() => _now;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);
    }
}
