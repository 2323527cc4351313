using Agent.Export.Disk;

namespace Agent.Export.Telemetry;

/// <summary>What delivery counts.</summary>
/// <param name="retries">Types of <see cref="Retries"/> that are there from the start.</param>
/// <param name="rejected">Types of <see cref="Rejected"/> that are there from the start.</param>
internal sealed class DeliveryTallies(string[] retries, string[] rejected)
{
    /// <summary>Further attempts, by why the one before failed.</summary>
    public ErrorTally Retries { get; } = new(retries);

    /// <summary>Data points that will never arrive, by why.</summary>
    public ErrorTally Rejected { get; } = new(rejected);

    /// <summary>Kept payloads that were dropped, by <see cref="SpoolDrop"/>.</summary>
    public ErrorTally Dropped { get; } = new(NameOf(SpoolDrop.Size), NameOf(SpoolDrop.Age), NameOf(SpoolDrop.Corrupt), NameOf(SpoolDrop.Disk));

    /// <summary>What the spool's disk would not do, by <see cref="DiskFault.TypeOf"/>.</summary>
    public ErrorTally SpoolErrors { get; } = new(DiskFault.Types);

    public static string NameOf(SpoolDrop why) => why switch
    {
        SpoolDrop.Size => "size",
        SpoolDrop.Age => "age",
        SpoolDrop.Corrupt => "corrupt",
        _ => "disk",
    };
}
