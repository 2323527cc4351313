namespace Agent.Tcp;

/// <summary>Which of a socket's two queues, or which way a segment went: the attribute <c>network.io.direction</c>.</summary>
internal enum QueueDirection : byte
{
    /// <summary>Written by the program, not yet acknowledged by the peer.</summary>
    Transmit = 0,

    /// <summary>Received, not yet read by the program.</summary>
    Receive = 1,
}

internal static class QueueDirections
{
    public const int Count = (int)QueueDirection.Receive + 1;

    public static string MetricValue(this QueueDirection direction) =>
        direction == QueueDirection.Transmit ? "transmit" : "receive";
}
