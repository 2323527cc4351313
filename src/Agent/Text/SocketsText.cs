namespace Agent.Text;

/// <summary>Sockets as text, one row each, written as they are read.</summary>
internal static class SocketsText
{
    private const int MaxTimer = 64;

    public static void Write(TextWriter output, IEnumerable<TcpSocket> sockets, Style style)
    {
        var table = TextTable.WrittenTo(
            output, style, "ST", "STATE", "TYPE", "LOCAL", "REMOTE", "SEND-Q", "RECV-Q", "TIMER", "RETRANS", "UID", "INODE");
        foreach (TcpSocket socket in sockets)
        {
            Row(table, in socket);
        }

        table.End();
    }

    private static void Row(TextTable table, in TcpSocket socket)
    {
        table.Value(socket.Code, "X2")
            .Text(TcpStates.MetricValue(socket.State))
            .Text(ConnectionsText.Heading(TcpSocketKinds.Of(socket.Family, ipv4Mapped: socket.Type == NetworkType.Ipv4)));
        EndPoint(table, socket.Local);
        if (socket.Remote.Port == 0)
        {
            table.Text("-");
        }
        else
        {
            EndPoint(table, socket.Remote);
        }

        table.Number(socket.TransmitQueue).Number(socket.ReceiveQueue);
        Timer(table, in socket);
        table.Number(socket.Retransmits).Number(socket.Uid).Number(socket.Inode).EndRow();
    }

    private static void EndPoint(TextTable table, IPEndPoint endPoint)
    {
        Span<char> text = stackalloc char[AddressText.MaxLength];
        table.Text(text[..AddressText.Write(endPoint, text)]);
    }

    /// <summary>The names of timers as <c>ss -o</c> prints them (iproute2, misc/ss.c).</summary>
    private static void Timer(TextTable table, in TcpSocket socket)
    {
        string name = socket.Timer switch
        {
            0 => "-",
            1 => "on",
            2 => "keepalive",
            3 => "timewait",
            4 => "persist",
            _ => "unknown",
        };
        if (socket.Timer == 0)
        {
            table.Text(name);
            return;
        }

        Span<char> text = stackalloc char[MaxTimer];
        _ = text.TryWrite(CultureInfo.InvariantCulture, $"{name} {socket.TimerSeconds:0.##}s", out int length);
        table.Text(text[..length]);
    }
}
