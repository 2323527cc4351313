namespace Agent.Tcp;

/// <summary>One socket, as a row of <c>/proc/net/tcp</c> or <c>tcp6</c> describes it.</summary>
/// <param name="Slot">The row's number in its listing (<c>sl</c>).</param>
/// <param name="Local">Local address and port.</param>
/// <param name="Remote">Remote address and port; port 0 where there is no peer.</param>
/// <param name="Code">The kernel's state code, as it stands in the row.</param>
/// <param name="Family">The table it stands in, told from the address width.</param>
/// <param name="Type">What is on the wire.</param>
/// <param name="TransmitQueue">Bytes not yet acknowledged by the peer; for LISTEN the backlog's limit or 0 (<c>tx_queue</c>).</param>
/// <param name="ReceiveQueue">Bytes not yet read by the program; for LISTEN the accept queue's length (<c>rx_queue</c>).</param>
/// <param name="Timer">The pending timer (<c>tr</c>): 0 none, 1 retransmission, 2 keepalive or other, 3 TIME_WAIT, 4 zero-window probe.</param>
/// <param name="TimerSeconds">Seconds until it fires, to 0.01 s (the kernel prints clock ticks of 1/100 s).</param>
/// <param name="Retransmits">Unanswered retransmissions (<c>retrnsmt</c>).</param>
/// <param name="Uid">The owner's user id; 0 for sockets without a process.</param>
/// <param name="Inode">The socket's inode; 0 for sockets without a file.</param>
public readonly record struct TcpSocket(
    long Slot,
    IPEndPoint Local,
    IPEndPoint Remote,
    byte Code,
    SocketFamily Family,
    NetworkType Type,
    ulong TransmitQueue,
    ulong ReceiveQueue,
    int Timer,
    double TimerSeconds,
    ulong Retransmits,
    ulong Uid,
    ulong Inode)
{
    /// <summary>The state that <see cref="Code"/> stands for.</summary>
    public TcpState State => TcpStates.FromCode(Code);
}
