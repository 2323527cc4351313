using Agent.Export.Transport;

namespace Agent.Export.Spool;

/// <summary>One payload of the spool. What may change is guarded by the spool's lock.</summary>
/// <param name="sequence">The place in the order of sending.</param>
/// <param name="created">When the payload was made.</param>
internal sealed class SpoolItem(long sequence, DateTimeOffset created)
{
    public long Sequence { get; set; } = sequence;

    public DateTimeOffset Created { get; } = created;

    /// <summary>What it takes, in bytes: of its file, or of memory.</summary>
    public long Bytes { get; set; }

    /// <summary>It stands in a file.</summary>
    public bool IsOnDisk { get; set; }

    /// <summary>Its bytes, while the disk cannot take them.</summary>
    public OtlpPayload? InMemory { get; set; }

    /// <summary>How often its file could not be read.</summary>
    public int ReadFailures { get; set; }

    /// <summary>It is being sent: it may not be dropped.</summary>
    public bool IsBeingSent { get; set; }
}
