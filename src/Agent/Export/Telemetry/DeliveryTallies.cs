using Agent.Export.Disk;

namespace Agent.Export.Telemetry;

/// <summary>What delivery counts. The given types of retries and rejections are there from the start.</summary>
internal sealed class DeliveryTallies(string[] retries, string[] rejected)
{
    /// <summary>Further attempts, by why the one before failed.</summary>
    public ErrorTally Retries { get; } = new(retries);

    /// <summary>Data points that will never arrive, by why.</summary>
    public ErrorTally Rejected { get; } = new(rejected);

    /// <summary>Kept payloads that were dropped, by <see cref="SpoolDrop"/>.</summary>
    public ErrorTally Dropped { get; } = new([.. Enum.GetValues<SpoolDrop>().Select(NameOf)]);

    /// <summary>What the spool's disk would not do, by <see cref="DiskFault.TypeOf"/>.</summary>
    public ErrorTally SpoolErrors { get; } = new(DiskFault.Types);

    public static string NameOf(SpoolDrop why) => $"{why}".ToLowerInvariant();
}

/// <summary>Why a payload was dropped: the values of <c>error.type</c> of <c>tcp.agent.spool.dropped</c>.</summary>
internal enum SpoolDrop
{
    /// <summary>The spool was full.</summary>
    Size,

    /// <summary>It was too old.</summary>
    Age,

    /// <summary>Its file was torn or changed; it was set aside.</summary>
    Corrupt,

    /// <summary>The disk would not give or take it, and memory was full.</summary>
    Disk,
}
