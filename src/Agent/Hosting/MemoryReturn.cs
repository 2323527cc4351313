using System.Runtime.InteropServices;
using Agent.Configuration;
using Microsoft.Extensions.Hosting;

namespace Agent.Hosting;

/// <summary>
/// Gives memory back to the kernel, which neither the garbage collector nor the C library does by itself: after starting (1.3
/// MB of 21.5 resident, side by side), and then now and again, as what collections leave scattered adds up (about 200 bytes
/// for each export).
/// </summary>
internal sealed partial class MemoryReturn(AgentConfiguration configuration, TimeProvider time) : BackgroundService
{
    /// <summary>All that is done again and again has been done by then.</summary>
    private const int StartupCollections = 3;

    /// <summary>Half a megabyte may have gathered; returning it takes some milliseconds.</summary>
    private const int FurtherCollections = 3000;

    /// <summary>What gathers by time: over TLS, each renewed connection leaves some hundred kilobytes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Where collections follow each other fast, what starts later (a renewed connection) is over by then.</summary>
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
            // Only glibc has it; musl keeps less.
        }
    }

    /// <summary><c>malloc_trim(3)</c>: returns the free memory of every arena.</summary>
    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
