namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// A NETLINK_SOCK_DIAG socket. It belongs to the network namespace of the thread that opens it, needs no privileges,
/// and keeps its namespace whatever the thread does later.
/// </summary>
internal sealed class NetlinkTransport : ISockDiagTransport
{
    private int _descriptor = -1;
    private bool _disposed;

    public bool IsOpen => _descriptor >= 0;

    public uint Port { get; private set; }

    public int Open()
    {
        Close();
        if (_disposed)
        {
            return -Errno.EBADF;
        }

        int descriptor = NetlinkLibc.Open();
        return descriptor < 0 ? descriptor : Adopt(descriptor);
    }

    /// <summary>Takes over a socket, also one that was opened in another namespace: binding it does not move it.</summary>
    public int Adopt(int descriptor)
    {
        Close();
        _descriptor = descriptor;
        int result = NetlinkLibc.Bind(descriptor, out uint port);
        Port = port;
        if (result < 0)
        {
            Close();
        }

        return result;
    }

    public void Close()
    {
        if (_descriptor >= 0)
        {
            Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    public int Send(ReadOnlySpan<byte> request) => NetlinkLibc.Send(_descriptor, request);

    public int Receive(Span<byte> buffer, out uint sender) => NetlinkLibc.Receive(_descriptor, buffer, out sender);

    public int Wait(TimeSpan time) => NetlinkLibc.Wait(_descriptor, (int)Math.Ceiling(time.TotalMilliseconds));

    /// <summary>Closes it for good: a late collection must not open it anew.</summary>
    public void Dispose()
    {
        _disposed = true;
        Close();
    }
}

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
