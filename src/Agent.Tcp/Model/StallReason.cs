namespace Agent.Tcp;

/// <summary>Why a connection does not get on: the attribute <c>tcp.stall.reason</c>.</summary>
internal enum StallReason : byte
{
    /// <summary>The peer does not acknowledge: something was sent again at least once, and its timer runs.</summary>
    Retransmission = 0,

    /// <summary>The peer's window is closed: it is asked again and again whether it takes more.</summary>
    ZeroWindow = 1,
}

internal static class StallReasons
{
    public const int Count = (int)StallReason.ZeroWindow + 1;

    public static string MetricValue(this StallReason reason) =>
        reason == StallReason.Retransmission ? "retransmission" : "zero_window";
}
