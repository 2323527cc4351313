using System.Globalization;

namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>What a process holds at one moment, as the kernel accounts it. Memory in bytes.</summary>
/// <param name="Resident">Its pages in memory, those of files and libraries included, whoever else uses them.</param>
/// <param name="Dirty">Written by it and used by no other: what ends with it.</param>
/// <param name="Descriptors">Open files.</param>
/// <param name="Threads">Of the runtime, too.</param>
internal sealed record ProcessFootprint(long Resident, long Dirty, int Descriptors, int Threads)
{
    public static ProcessFootprint Of(int process)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        string[] memory = File.ReadAllLines($"{folder}/smaps_rollup");
        return new ProcessFootprint(
            Bytes(memory, "Rss:"),
            Bytes(memory, "Private_Dirty:"),
            Directory.GetFileSystemEntries($"{folder}/fd").Length,
            Directory.GetDirectories($"{folder}/task").Length);
    }

    /// <summary>A line such as <c>Rss:               37532 kB</c>, in units of 1024 bytes (Documentation/filesystems/proc.rst).</summary>
    private static long Bytes(string[] lines, string key)
    {
        string line = lines.First(candidate => candidate.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
