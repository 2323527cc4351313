using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: dotnet run -c Release --project tests/Agent.Tcp.Benchmarks -- COMMAND [OPTION VALUE]...

        Commands
          parser     the procfs parser over a table in memory: GB/s, rows/s
          decode     the commands that list sockets against `cat` of the same file: CPU, time and memory (--agent)
          read       reading and counting the kernel's tables against `cat`, on sockets it makes (root, or `unshare -rn`)
          compare    every way to learn the sockets' states, side by side (the same)
          signals    a collection with every group of metrics beside one of the connections alone (the same)
          ports      a listing collection with ephemeral ports and services beside one without (the same)
          groups     `agent snapshot --by …` beside `ss` and beside reading the links of the open files alone (the same; --agent)
          roundtrips collections that sample round-trip times beside the same without (the same)
          footprint  what the published agent takes of a node's memory, and how soon it exports (the same)
          namespaces the published agent on a node with many network namespaces, with a hash of their own and without (root)

        Options
          --sockets N[,N]...     how many sockets to make          (read: 10000; compare, signals, ports: 1000,10000,100000; groups: 100000; roundtrips: 1000,100000,500000; footprint, namespaces: 1000,100000)
          --foreign N            sockets beside the small namespace (100000; 0 leaves that part out)
          --runs N               rounds, at least 9                (15)
          --ipv6 PERCENT         connections over IPv6             (20)
          --mapped PERCENT       IPv4 to a dual-stack listener     (half of --ipv6)
          --half-closed PERCENT  connections closed by one side    (10)
          --addresses N          that each process which makes sockets connects to (200; groups: 8000)
          --rows N               rows of the tables made           (parser: 10000; decode: 1000000)
          --node-exporter PATH   prometheus-node-exporter 1.9      (NODE_EXPORTER, or from PATH)
          --agent PATH           the published agent               (AGENT_BINARY)
          --namespaces N[,N]...  how many namespaces to make      (1,10,110,500)
          --hash own|shared      only those                       (both)
          --buckets N            of each namespace's own hash      (1024)
          --minutes N            how long footprint watches       (10)
          --interval MS          from one export to the next       (footprint: 2000; namespaces: 10000)
          --output FILE          writes the report as Markdown
        """;

    public string Command { get; private init; } = "";

    public int[] Sockets { get; private init; } = [];

    public int Foreign { get; private init; } = 100_000;

    public int Runs { get; private init; } = 15;

    public int Ipv6Percent { get; private init; } = 20;

    /// <summary>Null: half of <see cref="Ipv6Percent"/>.</summary>
    public int? MappedPercent { get; private init; }

    public int HalfClosedPercent { get; private init; } = 10;

    /// <summary>Null: what the run makes of itself.</summary>
    public int? Addresses { get; private init; }

    /// <summary>Null: what the run makes of itself.</summary>
    public int? Rows { get; private init; }

    public string? NodeExporter { get; private init; } = Environment.GetEnvironmentVariable("NODE_EXPORTER");

    public string? Agent { get; private init; } = Environment.GetEnvironmentVariable("AGENT_BINARY");

    public int Minutes { get; private init; } = 10;

    /// <summary>Null: what the run makes of itself.</summary>
    public int? IntervalMilliseconds { get; private init; }

    public int[] Namespaces { get; private init; } = [1, 10, 110, 500];

    /// <summary>Whether namespaces have a hash of their own: those that are measured.</summary>
    public bool[] OwnHash { get; private init; } = [true, false];

    public int Buckets { get; private init; } = 1024;

    public string? Output { get; private init; }

    public SocketMix Mix(int sockets) => new(
        sockets, Ipv6Percent, Math.Min(MappedPercent ?? Ipv6Percent / 2, 100 - Ipv6Percent), HalfClosedPercent, Addresses ?? SocketMix.DefaultAddresses);

    /// <summary>Reads a command and its options.</summary>
    /// <exception cref="FormatException">An unknown option, or a value out of range; the message says which.</exception>
    public static BenchmarkOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchmarkOptions { Command = arguments.IsEmpty ? "" : arguments[0] };
        for (int index = 1; index < arguments.Length; index += 2)
        {
            options = options.With(arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : "");
        }

        return options;
    }

    private BenchmarkOptions With(string option, string value) => option switch
    {
        "--sockets" => this with { Sockets = [.. value.Split(',').Select(size => Even(Number(option, size, 10, 2_000_000)))] },
        "--foreign" => this with { Foreign = Even(Number(option, value, 0, 2_000_000)) },
        "--runs" => this with { Runs = Number(option, value, Rounds.LeastRuns, 10_000) },
        "--ipv6" => this with { Ipv6Percent = Number(option, value, 0, 60) },
        "--mapped" => this with { MappedPercent = Number(option, value, 0, 100) },
        "--half-closed" => this with { HalfClosedPercent = Number(option, value, 0, 100) },
        "--addresses" => this with { Addresses = Number(option, value, 1, 1_000_000) },
        "--rows" => this with { Rows = Number(option, value, 1, 10_000_000) },
        "--node-exporter" => this with { NodeExporter = value },
        "--agent" => this with { Agent = value },
        "--minutes" => this with { Minutes = Number(option, value, 2, 100_000) },
        "--interval" => this with { IntervalMilliseconds = Number(option, value, 100, 60_000) },
        "--namespaces" => this with { Namespaces = [.. value.Split(',').Select(count => Number(option, count, 1, 5_000))] },
        "--hash" => this with { OwnHash = value is "own" or "shared" ? [value is "own"] : throw new FormatException($"{option} takes own or shared, not \"{value}\".") },
        "--buckets" => this with { Buckets = Number(option, value, 1, 16 * 1024 * 1024) },
        "--output" => this with { Output = Path.GetFullPath(value) },
        _ => throw new FormatException($"Unknown option {option}."),
    };

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{option} takes a number from {least} to {most}, not \"{value}\".");

    /// <summary>A connection on loopback is two sockets.</summary>
    private static int Even(int number) => number + (number & 1);
}
