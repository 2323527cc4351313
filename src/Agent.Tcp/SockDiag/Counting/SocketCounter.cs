namespace Agent.Tcp.SockDiag.Counting;

/// <summary>Counts the sockets of a dump, nothing else.</summary>
internal sealed class SocketCounter : ISockDiagSink
{
    public long Count { get; private set; }

    public void Begin() => Count = 0;

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        Count++;
        return true;
    }
}
