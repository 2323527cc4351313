using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>
/// The netlink socket inside one other network namespace, and when it last failed. To open it is to enter the
/// namespace: so a reader that closes it after a failure and opens it again never gets one of its own namespace.
/// </summary>
internal sealed class ForeignSocket(INamespaceEntrance entrance, TcpNamespace space) : ISockDiagTransport
{
    private ISockDiagTransport? _socket;

    /// <summary>The namespace as it is now read: through another process, perhaps, than when the socket was opened.</summary>
    public TcpNamespace Space { get; set; } = space;

    /// <summary>What counting remembers of it.</summary>
    public CountingMemory Memory { get; } = new();

    /// <summary>Which of its connections are sampled next; null before the first time.</summary>
    public SamplePlan? Plan { get; set; }

    /// <summary>How entering last ended.</summary>
    public EntranceResult Entrance { get; private set; }

    /// <summary>When it failed, until it is tried again; null while it works.</summary>
    public long? FailedAt { get; set; }

    /// <summary>The process through which it failed, when another one may do better; otherwise null.</summary>
    public string? FailedProcess { get; set; }

    /// <summary>When this process was not allowed in, until it is tried again.</summary>
    public long? RefusedAt { get; set; }

    /// <summary>The last round of <see cref="ForeignSockDiag.Keep"/> that it was live in.</summary>
    public long Round { get; set; }

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

    public int Send(ReadOnlySpan<byte> request) => _socket?.Send(request) ?? -Errno.EBADF;

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        return _socket?.Receive(buffer, out sender) ?? -Errno.EBADF;
    }

    public int Wait(TimeSpan time) => _socket?.Wait(time) ?? -Errno.EBADF;

    public void Dispose() => Close();
}

/// <summary>Tells namespaces apart: by discovery's number, or else by the inode, which a held namespace keeps.</summary>
internal readonly record struct NamespaceKey(long Id, ulong Inode)
{
    public static NamespaceKey Of(TcpNamespace space) => space.Id != 0 ? new(space.Id, 0) : new(0, space.Inode);
}
