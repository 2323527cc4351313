using Agent.Tcp;

namespace Agent.Text;

/// <summary>Listed sockets, counted as a snapshot counts them.</summary>
internal static class SocketCounts
{
    public static ConnectionCounts Of(IEnumerable<TcpSocket> sockets)
    {
        var counts = new ConnectionCounts();
        Count(sockets, counts);
        return counts;
    }

    /// <summary>Replaces what was counted.</summary>
    public static void Count(IEnumerable<TcpSocket> sockets, ConnectionCounts counts)
    {
        counts.Clear();
        foreach (TcpSocket socket in sockets)
        {
            counts.Add(TcpSocketKinds.Of(socket.Family, ipv4Mapped: socket.Type == NetworkType.Ipv4), socket.Code);
        }
    }
}
