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
