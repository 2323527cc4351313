namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// A NETLINK_SOCK_DIAG socket. It belongs to the network namespace of the thread that opens it, needs no privileges,
/// and keeps its namespace whatever the thread does later.
/// </summary>
internal sealed class NetlinkTransport : ISockDiagTransport
{
    /// <summary>
    /// Of a paced socket, of which the kernel makes twice that: room for one datagram of <see cref="SockDiagExchange.BufferSize"/>,
    /// and less than twice as much as it takes, so that none is made while it is in the queue.
    /// </summary>
    private const int PacedBuffer = 20 * 1024;

    private int _descriptor = -1;
    private bool _isPaced;
    private bool _hasTaken;
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
            _isPaced = _hasTaken = false;
        }
    }

    public int Pace()
    {
        _isPaced = true;
        return NetlinkLibc.SetReceiveBuffer(_descriptor, PacedBuffer);
    }

    public int Send(ReadOnlySpan<byte> request)
    {
        DropTaken();
        return NetlinkLibc.Send(_descriptor, request);
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        DropTaken();
        int length = NetlinkLibc.Receive(_descriptor, buffer, out sender, _isPaced);
        _hasTaken = _isPaced && length >= 0;
        return length;
    }

    public int Wait(TimeSpan time) => NetlinkLibc.Wait(_descriptor, (int)Math.Ceiling(time.TotalMilliseconds));

    /// <summary>Closes it for good: a late collection must not open it anew.</summary>
    public void Dispose()
    {
        _disposed = true;
        Close();
    }

    /// <summary>Takes the last datagram of a paced socket out of the queue: now the kernel makes the next one.</summary>
    private void DropTaken()
    {
        if (_hasTaken)
        {
            _hasTaken = false;
            NetlinkLibc.Receive(_descriptor, [], out _);
        }
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

    /// <summary>
    /// Has the kernel make each datagram of a dump when it is asked for, instead of one ahead (net/netlink/af_netlink.c,
    /// <c>netlink_recvmsg</c>), until the socket is closed: so a dump can rest, and goes on with the sockets of then.
    /// </summary>
    int Pace() => 0;

    int Send(ReadOnlySpan<byte> request);

    /// <summary>Takes the next datagram, EAGAIN when there is none: its true length, which may exceed the buffer's.</summary>
    /// <param name="buffer">Where it goes, as far as it fits.</param>
    /// <param name="sender">The port it came from; 0 is the kernel.</param>
    int Receive(Span<byte> buffer, out uint sender);

    /// <summary>Waits for a datagram: 0 when none came in time.</summary>
    int Wait(TimeSpan time);
}
