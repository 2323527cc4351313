namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// Sends requests and takes their answers, within a time, through one reused buffer. Allocates nothing. Not thread-safe.
/// </summary>
internal sealed class SockDiagExchange(TimeProvider time, ReadLimit limit)
{
    /// <summary>The most that the kernel packs in a datagram (net/netlink/af_netlink.c, <c>netlink_recvmsg</c>).</summary>
    public const int BufferSize = 32 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private uint _sequence;
    private long _start;
    private TimeSpan _timeout;

    public bool HasTimeLeft => Left > TimeSpan.Zero;

    private TimeSpan Left => _timeout - time.GetElapsedTime(_start);

    /// <summary>The time for what follows begins.</summary>
    public void Begin()
    {
        _start = time.GetTimestamp();
        _timeout = limit.ForNext;
    }

    /// <summary>A number for each of the next requests, that none before them had: the first.</summary>
    public uint Number(int requests = 1)
    {
        uint first = _sequence + 1;
        _sequence += (uint)requests;
        return first;
    }

    /// <summary>Opens the socket if it is not.</summary>
    public static SockDiagResult Open(ISockDiagTransport socket)
    {
        int opened = socket.IsOpen ? 0 : socket.Open();
        return opened < 0 ? new SockDiagResult(SockDiagFault.NoSocket, -opened) : default;
    }

    public SockDiagResult Send(ISockDiagTransport socket, ReadOnlySpan<byte> request)
    {
        int sent;
        do
        {
            sent = socket.Send(request);
        }
        while (sent == -Errno.EINTR && HasTimeLeft);

        return sent switch
        {
            -Errno.ENOBUFS => new SockDiagResult(SockDiagFault.Overrun),
            < 0 => new SockDiagResult(SockDiagFault.Refused, -sent),
            _ => default,
        };
    }

    /// <summary>Takes datagrams until the answer has ended, or only one of them.</summary>
    public SockDiagResult Receive(ISockDiagTransport socket, ref SockDiagAnswer answer, bool onlyOne = false)
    {
        while (!(onlyOne ? answer.HasBegun : answer.HasEnded))
        {
            SockDiagResult received = ReceiveOne(socket, ref answer);
            if (!received.IsWhole)
            {
                return received;
            }
        }

        return answer.Result;
    }

    /// <summary>Takes one datagram, or waits for one.</summary>
    private SockDiagResult ReceiveOne(ISockDiagTransport socket, ref SockDiagAnswer answer)
    {
        TimeSpan left = Left;
        if (left <= TimeSpan.Zero)
        {
            return new SockDiagResult(SockDiagFault.Timeout);
        }

        int length = socket.Receive(_buffer, out uint sender);
        if (length == -Errno.EAGAIN)
        {
            length = socket.Wait(left);
            return length < 0 ? Fault(-length) : default;
        }

        if (length < 0)
        {
            return Fault(-length);
        }

        if (sender != 0)
        {
            // Another process's datagram.
            return default;
        }

        if (length > _buffer.Length)
        {
            return new SockDiagResult(SockDiagFault.Truncated);
        }

        answer.Feed(_buffer.AsSpan(0, length));
        return default;
    }

    private static SockDiagResult Fault(int error) => error switch
    {
        Errno.EINTR or Errno.EAGAIN => default,
        Errno.ENOBUFS => new SockDiagResult(SockDiagFault.Overrun),
        _ => new SockDiagResult(SockDiagFault.Receive, error),
    };
}
