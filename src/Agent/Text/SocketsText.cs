using System.Globalization;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>Sockets for people, a row each.</summary>
internal static class SocketsText
{
    public static string Render(IEnumerable<TcpSocket> sockets, Style style)
    {
        var table = new TextTable("ST", "STATE", "TYPE", "LOCAL", "REMOTE", "SEND-Q", "RECV-Q", "TIMER", "RETRANS", "UID", "INODE");
        foreach (TcpSocket socket in sockets)
        {
            table.Row(
                socket.Code.ToString("X2", CultureInfo.InvariantCulture),
                TcpStates.MetricValue(socket.State),
                $"{AddressFamilies.MetricValue(socket.Type)}/{AddressFamilies.MetricValue(socket.Family)}",
                socket.Local,
                socket.Remote.Port == 0 ? "-" : socket.Remote,
                socket.TransmitQueue,
                socket.ReceiveQueue,
                Timer(socket),
                socket.Retransmits,
                socket.Uid,
                socket.Inode);
        }

        return table.Render(style);
    }

    /// <summary>The timers' names as <c>ss -o</c> prints them (iproute2, misc/ss.c).</summary>
    private static string Timer(in TcpSocket socket)
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
        return socket.Timer == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} {socket.TimerSeconds:0.##}s");
    }
}
