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

    public static Entry OfCollection()
    {
        var reading = new MeterReading();
        return new Entry(Collection, new InProcessContestant(reading.Collect, reading.Count, reading));
    }

    public static Entry OfCommand(string name, string program, string[] arguments, Func<string, long>? count = null) =>
        Command.Find(program) is { } path
            ? new Entry(name, new CommandContestant([path, .. arguments], count))
            : Entry.Skipped(name, $"{program} is not installed.");

    public static long Lines(string text) => text.AsSpan().Count('\n');
}
