using System.Runtime.InteropServices;

namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>Without which numbers mean nothing.</summary>
internal static class Machine
{
    public static string Describe(TimeProvider time, int runs) =>
        $"{Cpu()}, {Environment.ProcessorCount} cores; Linux {KernelRelease()}; {RuntimeInformation.FrameworkDescription}; "
        + $"{time.GetUtcNow():yyyy-MM-dd}; {runs} runs.";

    /// <summary>How many threads ran or wanted to, on average over the last minute (<c>/proc/loadavg</c>).</summary>
    public static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>The name, and the family and model, because a hypervisor may give a name that says little.</summary>
    private static string Cpu()
    {
        string[] lines = File.ReadAllLines("/proc/cpuinfo");
        return Value(lines, "model name") is { } name
            ? $"{name} (family {Value(lines, "cpu family")}, model {Value(lines, "model")})"
            : RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string? Value(string[] lines, string key) => lines
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => string.Equals(pair[0], key, StringComparison.Ordinal))?[^1];

    private static string KernelRelease() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
}
