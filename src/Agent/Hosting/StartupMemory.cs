using System.Runtime.InteropServices;
using Agent.Configuration;
using Microsoft.Extensions.Hosting;

namespace Agent.Hosting;

/// <summary>
/// Gives back, once, the memory that starting took: the first exports compile code and load settings, which never happens
/// again, and neither the collector nor the C library returns what they freed by itself.
/// </summary>
internal sealed partial class StartupMemory(AgentConfiguration configuration, TimeProvider time) : BackgroundService
{
    /// <summary>All that is done again and again has been done by then.</summary>
    private const int Collections = 3;

    /// <summary>The runtime itself holds on to the memory of its compiler for some seconds.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan collections = Collections * TimeSpan.FromMilliseconds(configuration.Telemetry.ExportIntervalMilliseconds);
        await Task.Delay(collections > Least ? collections : Least, time, stoppingToken);
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
