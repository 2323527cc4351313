using Agent.Tcp.Interop;

namespace Agent.Tcp.SockDiag;

/// <summary>
/// Makes a dump over a socket that it keeps, through one reused buffer, and hands the datagrams to
/// <see cref="SockDiagDump"/>. Allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// A dump that was interrupted or lost datagrams is read again, a few times. After any other failure, and after lost
/// datagrams, the socket is closed: what is still under way on it belongs to no later dump.
/// </remarks>
internal sealed class SockDiagReader(ISockDiagTransport transport, TimeProvider time, TimeSpan timeout)
{
    /// <summary>How often a dump is tried that was interrupted or lost datagrams.</summary>
    public const int MaxAttempts = 3;

    /// <summary>The most that the kernel packs in a datagram (net/netlink/af_netlink.c, <c>netlink_recvmsg</c>).</summary>
    public const int BufferSize = 32 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly byte[] _request = new byte[SockDiagQuery.MaxLength];
    private uint _sequence;

    /// <summary>Makes one dump. The sink holds nothing of use unless the result is whole.</summary>
    public SockDiagResult Read(in SockDiagQuery query, ISockDiagSink sink)
    {
        long start = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            SockDiagResult result = Attempt(query, sink, start);
            if (!result.IsWhole && result.Fault != SockDiagFault.Interrupted)
            {
                transport.Close();
            }

            if (!result.IsTransient || attempt == MaxAttempts || Left(start) <= TimeSpan.Zero)
            {
                return result;
            }
        }
    }

    private SockDiagResult Attempt(in SockDiagQuery query, ISockDiagSink sink, long start)
    {
        int opened = transport.IsOpen ? 0 : transport.Open();
        if (opened < 0)
        {
            return new SockDiagResult(SockDiagFault.NoSocket, -opened);
        }

        int sent = Send(query, start);
        if (sent < 0)
        {
            return sent == -Errno.ENOBUFS
                ? new SockDiagResult(SockDiagFault.Overrun)
                : new SockDiagResult(SockDiagFault.Refused, -sent);
        }

        sink.Begin();
        var dump = new SockDiagDump(_sequence, transport.Port, sink);
        while (!dump.HasEnded)
        {
            SockDiagResult received = Receive(ref dump, start);
            if (!received.IsWhole)
            {
                return received;
            }
        }

        return dump.Result;
    }

    private int Send(in SockDiagQuery query, long start)
    {
        int length = query.Write(_request, ++_sequence);
        int sent;
        do
        {
            sent = transport.Send(_request.AsSpan(0, length));
        }
        while (sent == -Errno.EINTR && Left(start) > TimeSpan.Zero);
        return sent;
    }

    /// <summary>Takes one datagram, or waits for one.</summary>
    private SockDiagResult Receive(ref SockDiagDump dump, long start)
    {
        TimeSpan left = Left(start);
        if (left <= TimeSpan.Zero)
        {
            return new SockDiagResult(SockDiagFault.Timeout);
        }

        int length = transport.Receive(_buffer, out uint sender);
        if (length == -Errno.EAGAIN)
        {
            length = transport.Wait(left);
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

    private TimeSpan Left(long start) => timeout - time.GetElapsedTime(start);

    private static SockDiagResult ReceiveFault(int error) => error switch
    {
        Errno.EINTR or Errno.EAGAIN => default,
        Errno.ENOBUFS => new SockDiagResult(SockDiagFault.Overrun),
        _ => new SockDiagResult(SockDiagFault.Receive, error),
    };
}
