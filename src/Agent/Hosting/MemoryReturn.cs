using System.Runtime.CompilerServices;
using Agent.Configuration;
using Microsoft.Extensions.Hosting;

namespace Agent.Hosting;

/// <summary>
/// Returns memory to the kernel, which neither the garbage collector nor the C library does on its own: after startup, then
/// periodically, because fragmentation grows by about 200 bytes per export. The program's own pages are returned as well: most
/// of what startup needs is never needed again, and the rest comes back from the page cache.
/// </summary>
internal sealed partial class MemoryReturn(AgentConfiguration configuration, TimeProvider time) : BackgroundService
{
    /// <summary>By then everything that recurs has happened once.</summary>
    private const int StartupCollections = 3;

    /// <summary>Half a megabyte may have accumulated; returning it takes a few milliseconds.</summary>
    private const int FurtherCollections = 3000;

    /// <summary>Some of it grows with time: over TLS, each renewed connection leaves some hundred kilobytes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>With a short interval, the first renewed connection is established only by then.</summary>
    private static readonly TimeSpan LeastStartup = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(configuration.Telemetry.ExportIntervalMilliseconds);
        TimeSpan startup = StartupCollections * interval;
        await Task.Delay(startup > LeastStartup ? startup : LeastStartup, time, stoppingToken);
        Return();
        using var timer = new PeriodicTimer(FurtherCollections * interval < Longest ? FurtherCollections * interval : Longest, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Return();
        }
    }

    private static void Return()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc has it; musl retains less.
        }

        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            ReturnProgram();
        }
    }

    private static void ReturnProgram()
    {
        try
        {
            foreach ((nuint start, nuint length) in UnchangedFileMappings(File.ReadLines("/proc/self/smaps")).ToArray())
            {
                _ = madvise(start, length, MADV_DONTNEED);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc the pages stay resident; nothing depends on it.
        }
    }

    /// <summary>
    /// The mappings whose every page can be read again from its file: not writable, and no page changed (relocated pages,
    /// breakpoints), which <c>smaps</c> counts as <c>Anonymous</c> (proc_pid_smaps(5)).
    /// </summary>
    internal static IEnumerable<(nuint Start, nuint Length)> UnchangedFileMappings(IEnumerable<string> smaps)
    {
        (nuint Start, nuint Length) mapping = default;
        foreach (string line in smaps)
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (mapping.Length > 0 && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    yield return mapping;
                }
            }
            else if (line.Split(' ', 3) is [var range, ['r', '-', _, 'p'], var rest])
            {
                int dash = range.IndexOf('-');
                nuint start = nuint.Parse(range.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                nuint end = nuint.Parse(range.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                mapping = rest.Contains('/') ? (start, end - start) : default;
            }
            else if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]))
            {
                mapping = default;
            }
        }
    }

    /// <summary><c>malloc_trim(3)</c>: returns the free memory of every arena.</summary>
    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    /// <summary><c>include/uapi/asm-generic/mman-common.h</c>.</summary>
    private const int MADV_DONTNEED = 4;

    /// <summary><c>madvise(2)</c>.</summary>
    [LibraryImport("libc")]
    private static partial int madvise(nuint address, nuint length, int advice);
}
