using System.Collections.Immutable;

namespace Agent.Tcp;

/// <summary>
/// The state of a TCP socket. Values are the kernel's codes, <c>include/net/tcp_states.h</c>.
/// </summary>
public enum TcpState : byte
{
    /// <summary>A code that no known kernel defines.</summary>
    Unknown = 0x00,

    /// <summary><c>TCP_ESTABLISHED</c></summary>
    Established = 0x01,

    /// <summary><c>TCP_SYN_SENT</c></summary>
    SynSent = 0x02,

    /// <summary><c>TCP_SYN_RECV</c>; the kernel also shows <c>TCP_NEW_SYN_RECV</c> (0C) under this code.</summary>
    SynReceived = 0x03,

    /// <summary><c>TCP_FIN_WAIT1</c></summary>
    FinWait1 = 0x04,

    /// <summary><c>TCP_FIN_WAIT2</c></summary>
    FinWait2 = 0x05,

    /// <summary><c>TCP_TIME_WAIT</c></summary>
    TimeWait = 0x06,

    /// <summary><c>TCP_CLOSE</c></summary>
    Closed = 0x07,

    /// <summary><c>TCP_CLOSE_WAIT</c></summary>
    CloseWait = 0x08,

    /// <summary><c>TCP_LAST_ACK</c></summary>
    LastAck = 0x09,

    /// <summary><c>TCP_LISTEN</c></summary>
    Listen = 0x0A,

    /// <summary><c>TCP_CLOSING</c></summary>
    Closing = 0x0B,

    /// <summary><c>TCP_BOUND_INACTIVE</c>; inet_diag only, and only when its mask bit is asked for.</summary>
    BoundInactive = 0x0D,
}

/// <summary>The table of TCP states: the kernel's codes, their names everywhere, their meaning.</summary>
public static class TcpStates
{
    /// <summary>The metric value of a code that is in no known kernel.</summary>
    public const string UnknownMetricValue = "unknown";

    /// <summary>The highest code of the table (<c>TCP_BOUND_INACTIVE</c>).</summary>
    internal const byte MaxCode = 0x0D;

    /// <summary>Values of <see cref="TcpState"/> fit in this many slots.</summary>
    internal const int SlotCount = MaxCode + 1;

    private const byte NewSynReceivedCode = 0x0C;

    /// <summary>Every code the kernel defines, in order.</summary>
    public static ImmutableArray<TcpStateInfo> All { get; } =
    [
        new(0x01, TcpState.Established, "TCP_ESTABLISHED", "established", "ESTAB", "ESTABLISHED",
            "Open: both sides can send. Waits for data, or for either side to close."),
        new(0x02, TcpState.SynSent, "TCP_SYN_SENT", "syn_sent", "SYN-SENT", "SYN_SENT",
            "This side called connect() and sent SYN. Waits for the peer's SYN-ACK; many mean peers that drop or do not answer."),
        new(0x03, TcpState.SynReceived, "TCP_SYN_RECV", "syn_received", "SYN-RECV", "SYN_RECV",
            "A peer's SYN was answered with SYN-ACK. Waits for the peer's ACK; many mean a SYN flood or lost replies."),
        new(0x04, TcpState.FinWait1, "TCP_FIN_WAIT1", "fin_wait_1", "FIN-WAIT-1", "FIN_WAIT1",
            "This side closed and sent FIN. Waits for the peer to acknowledge it."),
        new(0x05, TcpState.FinWait2, "TCP_FIN_WAIT2", "fin_wait_2", "FIN-WAIT-2", "FIN_WAIT2",
            "This side closed and the peer acknowledged. Waits for the peer to close too."),
        new(0x06, TcpState.TimeWait, "TCP_TIME_WAIT", "time_wait", "TIME-WAIT", "TIME_WAIT",
            "Both sides closed, this side first. Waits 60 s so that late segments cannot reach a new connection."),
        new(0x07, TcpState.Closed, "TCP_CLOSE", "closed", "UNCONN", "CLOSE",
            "Not connected: never was, or is no longer. Waits for the program to use or close the socket."),
        new(0x08, TcpState.CloseWait, "TCP_CLOSE_WAIT", "close_wait", "CLOSE-WAIT", "CLOSE_WAIT",
            "The peer closed. Waits for the program on this side to call close(); a growing number is a leak in it."),
        new(0x09, TcpState.LastAck, "TCP_LAST_ACK", "last_ack", "LAST-ACK", "LAST_ACK",
            "The peer closed first, then this side sent its FIN. Waits for the peer to acknowledge it."),
        new(0x0A, TcpState.Listen, "TCP_LISTEN", "listen", "LISTEN", "LISTEN",
            "A program called listen(). Waits for peers to connect."),
        new(0x0B, TcpState.Closing, "TCP_CLOSING", "closing", "CLOSING", "CLOSING",
            "Both sides closed at the same time. Waits for the peer to acknowledge this side's FIN."),
        new(NewSynReceivedCode, TcpState.SynReceived, "TCP_NEW_SYN_RECV", "syn_received", "SYN-RECV", "SYN_RECV",
            "The kernel's own form of a half-open request. procfs and inet_diag show it as 03."),
        new(0x0D, TcpState.BoundInactive, "TCP_BOUND_INACTIVE", "bound_inactive", "UNCONN", null,
            "Bound to a port, neither listening nor connecting. Seen by inet_diag only, when asked for."),
    ];

    private static readonly string[] MetricValues =
        [.. Enumerable.Range(0, SlotCount).Select(state => All.FirstOrDefault(info => (int)info.State == state)?.MetricValue ?? UnknownMetricValue)];

    /// <summary>The state that a kernel code is counted as; <see cref="TcpState.Unknown"/> for a code outside the table.</summary>
    public static TcpState FromCode(int code) => code switch
    {
        NewSynReceivedCode => TcpState.SynReceived,
        >= 0x01 and <= MaxCode => (TcpState)code,
        _ => TcpState.Unknown,
    };

    /// <summary>The value of <c>network.connection.state</c> for a state.</summary>
    public static string MetricValue(TcpState state) =>
        (int)state < MetricValues.Length ? MetricValues[(int)state] : UnknownMetricValue;
}

/// <summary>What one kernel state code is called, and what it means.</summary>
/// <param name="Code">The code in the <c>st</c> column of <c>/proc/net/tcp</c>, 0x01 to 0x0D.</param>
/// <param name="State">The state it is counted as. Two codes may share one (03 and 0C).</param>
/// <param name="KernelName">The constant in <c>include/net/tcp_states.h</c>.</param>
/// <param name="MetricValue">The value of the attribute <c>network.connection.state</c>.</param>
/// <param name="SsName">What <c>ss</c> prints.</param>
/// <param name="NetstatName">What <c>netstat</c> prints; null where it has no name.</param>
/// <param name="Meaning">One line: which side acted, and what the socket waits for.</param>
public sealed record TcpStateInfo(
    byte Code,
    TcpState State,
    string KernelName,
    string MetricValue,
    string SsName,
    string? NetstatName,
    string Meaning);
