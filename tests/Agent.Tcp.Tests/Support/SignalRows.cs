namespace Agent.Tcp.Tests.Support;

/// <summary>Rows whose queues and timers tell something.</summary>
internal static class SignalRows
{
    /// <summary>A retransmission (3 times), a closed window, two listeners, a request half open: 300 bytes to send, 5 to read.</summary>
    public static string OfEverySignal { get; } = string.Concat(
        Row(900, 0x01, transmit: 200, timer: 1, retransmits: 3),
        Row(901, 0x01, transmit: 100, receive: 5, timer: 4),
        Row(902, 0x0A, receive: 7, port: 80),
        Row(903, 0x0A, receive: 1, port: 8080),
        Row(904, 0x03, timer: 1, retransmits: 2));

    public static string Row(
        int slot,
        int code,
        uint transmit = 0,
        uint receive = 0,
        int timer = 0,
        uint retransmits = 0,
        int port = 8080,
        string address = ProcRows.Loopback4) =>
        $"{slot,4}: {address}:{port:X4} {address}:{(code == 0x0A ? 0 : slot):X4} {code:X2} {transmit:X8}:{receive:X8} "
            + $"{timer:X2}:00000010 {retransmits:X8} {0,5} {0,8} 4711{ProcRows.FullTail}\n";
}
