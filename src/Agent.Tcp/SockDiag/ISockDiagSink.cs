namespace Agent.Tcp.SockDiag;

/// <summary>Takes the sockets of a dump.</summary>
internal interface ISockDiagSink
{
    /// <summary>A dump begins, perhaps once more: what was taken before is void.</summary>
    void Begin();

    /// <summary>One socket.</summary>
    /// <param name="message">The socket, in the datagram's own memory.</param>
    /// <param name="attributes">What follows it; read by <see cref="InetDiagAttributes"/>.</param>
    /// <returns>False when it is no socket of TCP's two families: then the dump is not what was asked for.</returns>
    bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes);
}
