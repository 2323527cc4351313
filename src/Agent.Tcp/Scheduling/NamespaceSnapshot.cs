using Agent.Tcp.Ports;

namespace Agent.Tcp.Scheduling;

/// <summary>How current a namespace's reading is: the attribute <c>tcp.agent.namespace.status</c>.</summary>
internal enum NamespaceStatus : byte
{
    /// <summary>Read for this snapshot, or a moment ago and the kernel's totals have not changed since.</summary>
    Read = 0,

    /// <summary>Left out this time; what is reported is from the last reading, if there was one, and may have changed.</summary>
    Deferred = 1,

    /// <summary>A family of it could not be read, the last time that was tried.</summary>
    Failed = 2,
}

internal static class NamespaceStatuses
{
    public const int Count = (int)NamespaceStatus.Failed + 1;

    public static string MetricValue(this NamespaceStatus status) => status switch
    {
        NamespaceStatus.Read => "read",
        NamespaceStatus.Deferred => "deferred",
        _ => "failed",
    };
}

/// <summary>One namespace of a snapshot: its last reading, and its counters. Kept for as long as the namespace lives.</summary>
internal sealed class NamespaceSnapshot(
    TcpNamespace space, SocketSignals? signals = null, NamespaceCounters? counters = null, ISocketRows? rows = null)
{
    /// <summary>The namespace; another instance when it is read through another process, or its name has been learned.</summary>
    public TcpNamespace Namespace
    {
        get;
        set
        {
            field = value;
            Reading.Rows?.Follow(value);
        }
    } = space;

    public NamespaceStatus Status { get; set; } = NamespaceStatus.Deferred;

    /// <summary>It is still to be read for this snapshot, if there is budget.</summary>
    public bool IsWaiting { get; set; }

    public Reading Reading { get; } = new() { Signals = signals, Rows = rows };

    /// <summary>The kernel's counters, as old as their own last reading; null where they are not wanted.</summary>
    public NamespaceCounters? Counters => counters;

    /// <summary>Its ephemeral ports when its round-trip times were first sampled in parts; null before, and where they are not known.</summary>
    public EphemeralPorts? Ports { get; set; }

    /// <summary>What sampling its round-trip times may cost.</summary>
    public SampleCredit Samples { get; } = new();

    /// <summary>When it was read, and what has changed since.</summary>
    public ReadingHistory History { get; } = new();
}
