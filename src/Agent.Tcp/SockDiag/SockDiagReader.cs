using Agent.Tcp.Interop;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag;

/// <summary>
/// Makes a dump over a socket that stays open, through one reused buffer, and hands the datagrams to
/// <see cref="SockDiagDump"/>. Allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// A dump that was interrupted or lost datagrams is read again, a few times. After any other failure, and after lost
/// datagrams, the socket is closed: what is still under way on it belongs to no later dump.
/// </remarks>
internal sealed class SockDiagReader(ISockDiagTransport transport, TimeProvider time, ReadLimit limit)
{
    /// <summary>How often a dump is tried that was interrupted or lost datagrams.</summary>
    public const int MaxAttempts = 3;

    /// <summary>The most that the kernel packs in a datagram (net/netlink/af_netlink.c, <c>netlink_recvmsg</c>).</summary>
    public const int BufferSize = 32 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly byte[] _request = new byte[SockDiagQuery.MaxLength];
    private uint _sequence;

    private TimeSpan _timeout;

    /// <summary>A reader that has <paramref name="timeout"/> for each dump.</summary>
    public SockDiagReader(ISockDiagTransport transport, TimeProvider time, TimeSpan timeout)
        : this(transport, time, new ReadLimit(time, timeout))
    {
    }

    /// <summary>Makes one dump. The sink holds nothing of use unless the result is whole.</summary>
    public SockDiagResult Read(in SockDiagQuery query, ISockDiagSink sink) => Read(transport, query, sink);

    /// <summary>Makes one dump over another socket: they share the buffer.</summary>
    public SockDiagResult Read(ISockDiagTransport socket, in SockDiagQuery query, ISockDiagSink sink)
    {
        long start = time.GetTimestamp();
        _timeout = limit.ForNext;
        for (int attempt = 1; ; attempt++)
        {
            SockDiagResult result = Attempt(socket, query, sink, start);
            if (!result.IsWhole && result.Fault != SockDiagFault.Interrupted)
            {
                socket.Close();
            }

            if (!result.IsTransient || attempt == MaxAttempts || Left(start) <= TimeSpan.Zero)
            {
                return result;
            }
        }
    }

    private SockDiagResult Attempt(ISockDiagTransport socket, in SockDiagQuery query, ISockDiagSink sink, long start)
    {
        int opened = socket.IsOpen ? 0 : socket.Open();
        if (opened < 0)
        {
            return new SockDiagResult(SockDiagFault.NoSocket, -opened);
        }

        int sent = Send(socket, query, start);
        if (sent < 0)
        {
            return sent == -Errno.ENOBUFS
                ? new SockDiagResult(SockDiagFault.Overrun)
                : new SockDiagResult(SockDiagFault.Refused, -sent);
        }

        sink.Begin();
        var dump = new SockDiagDump(_sequence, socket.Port, sink);
        while (!dump.HasEnded)
        {
            SockDiagResult received = Receive(socket, ref dump, start);
            if (!received.IsWhole)
            {
                return received;
            }
        }

        return dump.Result;
    }

    private int Send(ISockDiagTransport socket, in SockDiagQuery query, long start)
    {
        int length = query.Write(_request, ++_sequence);
        int sent;
        do
        {
            sent = socket.Send(_request.AsSpan(0, length));
        }
        while (sent == -Errno.EINTR && Left(start) > TimeSpan.Zero);
        return sent;
    }

    /// <summary>Takes one datagram, or waits for one.</summary>
    private SockDiagResult Receive(ISockDiagTransport socket, ref SockDiagDump dump, long start)
    {
        TimeSpan left = Left(start);
        if (left <= TimeSpan.Zero)
        {
            return new SockDiagResult(SockDiagFault.Timeout);
        }

        int length = socket.Receive(_buffer, out uint sender);
        if (length == -Errno.EAGAIN)
        {
            length = socket.Wait(left);
            return length < 0 ? ReceiveFault(-length) : default;
        }

        if (length < 0)
        {
            return ReceiveFault(-length);
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

        dump.Feed(_buffer.AsSpan(0, length));
        return default;
    }

    private TimeSpan Left(long start) => _timeout - time.GetElapsedTime(start);

    private static SockDiagResult ReceiveFault(int error) => error switch
    {
        Errno.EINTR or Errno.EAGAIN => default,
        Errno.ENOBUFS => new SockDiagResult(SockDiagFault.Overrun),
        _ => new SockDiagResult(SockDiagFault.Receive, error),
    };
}
