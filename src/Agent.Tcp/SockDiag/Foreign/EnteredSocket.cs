using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>
/// A netlink socket inside one other network namespace. To open it is to enter the namespace: so a reader that closes it after
/// a failure and opens it again never gets one of its own namespace.
/// </summary>
internal class EnteredSocket(INamespaceEntrance entrance, TcpNamespace space) : ISockDiagTransport
{
    private ISockDiagTransport? _socket;

    /// <summary>The namespace as it is now read: through another process, perhaps, than when the socket was opened.</summary>
    public TcpNamespace Space { get; set; } = space;

    /// <summary>How entering last ended.</summary>
    public EntranceResult Entrance { get; private set; }

    public bool IsOpen => _socket is { IsOpen: true };

    public uint Port => _socket?.Port ?? 0;

    public int Open()
    {
        Close();
        Entrance = entrance.Enter(Space);
        _socket = Entrance.Socket;
        return Entrance.Fault == EntranceFault.None ? 0 : -(Entrance.ErrorNumber != 0 ? Entrance.ErrorNumber : Errno.ESRCH);
    }

    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public int Pace() => _socket?.Pace() ?? -Errno.EBADF;

    public int Send(ReadOnlySpan<byte> request) => _socket?.Send(request) ?? -Errno.EBADF;

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        return _socket?.Receive(buffer, out sender) ?? -Errno.EBADF;
    }

    public int Wait(TimeSpan time) => _socket?.Wait(time) ?? -Errno.EBADF;

    public virtual void Dispose() => Close();
}
