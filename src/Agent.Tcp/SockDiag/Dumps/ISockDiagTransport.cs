namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>The socket under <see cref="SockDiagExchange"/>. Calls answer with a result, or the negated errno.</summary>
internal interface ISockDiagTransport : IDisposable
{
    bool IsOpen { get; }

    /// <summary>The socket's own port, by which the kernel answers.</summary>
    uint Port { get; }

    int Open();

    void Close();

    int Send(ReadOnlySpan<byte> request);

    /// <summary>Takes the next datagram, EAGAIN when there is none: its true length, which may exceed the buffer's.</summary>
    /// <param name="buffer">Where it goes, as far as it fits.</param>
    /// <param name="sender">The port it came from; 0 is the kernel.</param>
    int Receive(Span<byte> buffer, out uint sender);

    /// <summary>Waits for a datagram: 0 when none came in time.</summary>
    int Wait(TimeSpan time);
}
