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
