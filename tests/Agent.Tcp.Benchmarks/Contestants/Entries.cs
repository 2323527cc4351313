using System.Net.NetworkInformation;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>The contestants by name.</summary>
internal static class Entries
{
    public const string Cat = "cat tcp tcp6";
    public const string CatStart = "cat /dev/null (start of its process)";
    public const string EndOfFile = "read to end of file, in process";
    public const string Procfs = "agent: procfs read and count";
    public const string SockDiag = "agent: sock_diag dump and count";
    public const string Totals = "agent: sock_diag, established by totals";
    public const string Agent = "agent: process, collection and export";
    public const string AgentListing = "agent: the same, Tcp:Counting=List";
    public const string CProgram = "C program, TCPDIAG_GETSOCK dump and count";
    public const string NodeExporterName = "node_exporter, tcpstat only, a scrape";
    public const string Collection = "agent: whole collection, meter included";

    public static Entry OfCat(string process) => OfCommand(
        Cat,
        "cat",
        [$"/proc/{process}/net/tcp", $"/proc/{process}/net/tcp6"],
        text => Lines(text) - 2);

    public static Entry OfCatStart() => OfCommand(CatStart, "cat", ["/dev/null"]);

    public static Entry OfEndOfFile(string process)
    {
        ProcPath tcp = ProcPath.OfNet("/proc", process, "tcp");
        ProcPath tcp6 = ProcPath.OfNet("/proc", process, "tcp6");
        return new Entry(EndOfFile, new InProcessContestant(() =>
        {
            EndOfFileLoop.Read(tcp.Bytes);
            EndOfFileLoop.Read(tcp6.Bytes);
        }));
    }

    public static Entry OfProcfs(string process)
    {
        var reading = new ProcfsReading(process);
        return new Entry(Procfs, new InProcessContestant(reading.Read, reading.Count));
    }

    public static Entry OfSockDiag() => OfSockDiag(SockDiag, TcpCounting.List);

    public static Entry OfTotals() => OfSockDiag(Totals, TcpCounting.Totals);

    private static Entry OfSockDiag(string name, TcpCounting counting)
    {
        var reading = new SockDiagReading(counting);
        return new Entry(name, new InProcessContestant(reading.Read, reading.Count, reading));
    }

    public static Entry OfAgent(string? path) => OfFile(
        Agent, path, "give the published agent's path as --agent or AGENT_BINARY.", file => new AgentProcess(file));

    public static Entry OfListingAgent(string? path) => OfFile(
        AgentListing, path, "give the published agent's path as --agent or AGENT_BINARY.", file => new AgentProcess(file, "List"));

    public static Entry OfCProgram() => OfFile(
        CProgram, CompiledProgram.Compiler, "no C compiler (gcc or cc) is installed.", compiler => new CDump(compiler));

    public static Entry OfNodeExporter(string? path) => OfFile(
        NodeExporterName,
        path ?? Command.Find("prometheus-node-exporter") ?? Command.Find("node_exporter"),
        "give its path as --node-exporter or NODE_EXPORTER (Debian: package prometheus-node-exporter).",
        file => new NodeExporter(file));

    /// <summary>One line is the head. Sees what <c>cat</c> sees.</summary>
    public static Entry OfSs() => OfCommand("ss -tan", "ss", ["-tan"], text => Lines(text) - 1);

    /// <summary>Leaves listeners out.</summary>
    public static Entry OfBaseClassLibrary() => new(
        "IPGlobalProperties.GetActiveTcpConnections()",
        new InProcessContestant(() => _ = ActiveConnections(), () => ActiveConnections()));

    public static Entry OfCollection()
    {
        var options = new TcpInstrumentationOptions { Source = TcpSource.Procfs };
        options.Metrics.TurnOff();
        var reading = new MeterReading(options);
        return new Entry(Collection, new InProcessContestant(reading.Collect, reading.Count, reading));
    }

    private static Entry OfCommand(string name, string program, string[] arguments, Func<string, long>? count = null) =>
        Command.Find(program) is { } path
            ? new Entry(name, new CommandContestant([path, .. arguments], count))
            : Entry.Skipped(name, $"{program} is not installed.");

    private static Entry OfFile(string name, string? path, string fix, Func<string, IContestant> start) =>
        path is null ? Entry.Skipped(name, fix)
        : File.Exists(path) ? new Entry(name, start(path))
        : Entry.Skipped(name, $"there is no file {path}; {fix}");

    private static long ActiveConnections() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Length;

    private static long Lines(string text) => text.AsSpan().Count('\n');
}
