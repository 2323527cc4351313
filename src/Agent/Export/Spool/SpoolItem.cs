using Agent.Export.Protobuf;

namespace Agent.Export.Spool;

/// <summary>One payload of the spool. What may change is guarded by the spool's lock.</summary>
internal sealed class SpoolItem(long sequence, DateTimeOffset created)
{
    /// <summary>The place in the order of sending.</summary>
    public long Sequence { get; set; } = sequence;

    /// <summary>When the payload was made, by the wall clock.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary><see cref="Created"/> as a file's name has it.</summary>
    public long Milliseconds => Created.ToUnixTimeMilliseconds();

    /// <summary>When the payload was made, as <see cref="SpoolClock"/> counts.</summary>
    public TimeSpan Born { get; set; }

    /// <summary><see cref="Born"/> is final; otherwise it follows from the wall clock, and the file may have a better one.</summary>
    public bool IsBornKnown { get; set; }

    /// <summary>What it takes, in bytes: of memory while it is held there, otherwise of its file.</summary>
    public long Bytes { get; set; }

    /// <summary>It has a file.</summary>
    public bool IsOnDisk { get; set; }

    /// <summary>Its bytes, while the disk cannot take them, or cannot make sure of them.</summary>
    public OtlpPayload? InMemory { get; set; }

    /// <summary>Its file could not be read the last time.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>When its file may be read again, as a timestamp; of one that could not be read.</summary>
    public long ReadAgain { get; set; }

    /// <summary>How often it was not taken, as often as the collector let others try before it took them.</summary>
    public int OwnFailures { get; set; }

    /// <summary>How often it was not taken since <see cref="OwnFailures"/> was counted.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>It is being sent: it may not be dropped.</summary>
    public bool IsBeingSent { get; set; }
}
