using System.Globalization;
using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>What one run of a program took. Looking at it takes time too, so it is no part of the rounds.</summary>
/// <param name="User">CPU time in the program itself.</param>
/// <param name="System">CPU time in the kernel.</param>
/// <param name="Wall">From its start to its end.</param>
/// <param name="PeakResident">
/// The most bytes that were resident; null where it had ended before the first look. wait4's figure would be this program's own: a child begins with what its parent held.
/// </param>
internal sealed record WatchedRun(TimeSpan User, TimeSpan System, TimeSpan Wall, long? PeakResident)
{
    /// <summary>The peak is looked at this often while the program runs; the last look comes at most so long before its end.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Runs a program, with what it prints to <c>/dev/null</c>.</summary>
    /// <exception cref="IOException">It could not be started, or did not exit with 0.</exception>
    public static WatchedRun Of(params ReadOnlySpan<string> line)
    {
        long start = TimeProvider.System.GetTimestamp();
        int process = Command.Spawn(line);
        long? peak = null;
        Native.ResourceUsage? usage;
        while ((usage = Command.Wait(process, line[0], Native.NoHang)) is null)
        {
            peak = PeakOf(process) ?? peak;
            Thread.Sleep(Look);
        }

        return new WatchedRun(
            TimeSpan.FromMicroseconds(usage.Value.UserMicroseconds),
            TimeSpan.FromMicroseconds(usage.Value.SystemMicroseconds),
            TimeProvider.System.GetElapsedTime(start),
            peak);
    }

    /// <summary>A line such as <c>VmHWM:   37532 kB</c>, in units of 1024 bytes; null of a process that has ended and is not waited for yet.</summary>
    private static long? PeakOf(int process)
    {
        string? line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
            .FirstOrDefault(candidate => candidate.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null
            ? null
            : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
