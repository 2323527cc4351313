using Agent.Export.Pipeline;

namespace Agent.Export.Telemetry;

/// <summary>What became of a collection.</summary>
internal enum ExportOutcome
{
    /// <summary>None has ended yet.</summary>
    None,

    /// <summary>The collector has it.</summary>
    Delivered,

    /// <summary>It is in the spool, on disk.</summary>
    Kept,

    /// <summary>It is in the spool's memory, because the disk would not have it.</summary>
    KeptInMemory,

    /// <summary>It could not be delivered, and there is no spool.</summary>
    Lost,

    /// <summary>The collector refused it for good.</summary>
    Refused,
}
