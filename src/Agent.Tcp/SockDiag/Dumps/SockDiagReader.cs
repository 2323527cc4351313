namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// Makes a dump over a socket that stays open, and hands the datagrams to <see cref="SockDiagAnswer"/>. Allocates nothing.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// A dump that was interrupted or lost datagrams is read again, a few times. After any other failure, and after lost
/// datagrams, the socket is closed: what is still under way on it belongs to no later dump.
/// </remarks>
internal sealed class SockDiagReader(ISockDiagTransport transport, TimeProvider time, ReadLimit limit)
{
    /// <summary>How often a dump is tried that was interrupted or lost datagrams.</summary>
    public const int MaxAttempts = 3;

    private readonly byte[] _request = new byte[SockDiagQuery.MaxLength];

    /// <summary>A reader that has <paramref name="timeout"/> for each dump.</summary>
    public SockDiagReader(ISockDiagTransport transport, TimeProvider time, TimeSpan timeout)
        : this(transport, time, new ReadLimit(time, timeout))
    {
    }

    /// <summary>What it sends and receives by; others that use the same sockets must, too.</summary>
    public SockDiagExchange Exchange { get; } = new(time, limit);

    /// <summary>Makes one dump. The sink holds nothing of use unless the result is whole.</summary>
    public SockDiagResult Read(in SockDiagQuery query, ISockDiagSink sink) => Read(transport, query, sink);

    /// <summary>Makes one dump over another socket: they share the buffer.</summary>
    public SockDiagResult Read(ISockDiagTransport socket, in SockDiagQuery query, ISockDiagSink sink)
    {
        Exchange.Begin();
        for (int attempt = 1; ; attempt++)
        {
            SockDiagResult result = Attempt(socket, query, sink);
            if (!result.IsWhole && result.Fault != SockDiagFault.Interrupted)
            {
                socket.Close();
            }

            if (!result.IsTransient || attempt == MaxAttempts || !Exchange.HasTimeLeft)
            {
                return result;
            }
        }
    }

    private SockDiagResult Attempt(ISockDiagTransport socket, in SockDiagQuery query, ISockDiagSink sink)
    {
        SockDiagResult opened = SockDiagExchange.Open(socket);
        if (!opened.IsWhole)
        {
            return opened;
        }

        uint sequence = Exchange.Number();
        SockDiagResult sent = Exchange.Send(socket, _request.AsSpan(0, query.Write(_request, sequence)));
        if (!sent.IsWhole)
        {
            return sent;
        }

        sink.Begin();
        var answer = new SockDiagAnswer(sequence, socket.Port, sink);
        return Exchange.Receive(socket, ref answer);
    }
}
