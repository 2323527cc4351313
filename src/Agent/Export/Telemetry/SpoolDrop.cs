namespace Agent.Export.Telemetry;

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
