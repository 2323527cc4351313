using System.Globalization;
using System.Net;
using System.Text.Json;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>One socket for programs, as <c>decode --json</c> and <c>snapshot --sockets --json</c> print it. A contract.</summary>
internal static class SocketJson
{
    /// <summary>The member <c>sockets</c>.</summary>
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<TcpSocket> sockets)
    {
        json.WriteStartArray("sockets");
        foreach (TcpSocket socket in sockets)
        {
            Write(json, socket);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in TcpSocket socket)
    {
        json.WriteStartObject();
        json.WriteNumber("slot", socket.Slot);
        WriteEndPoint(json, "local", socket.Local);
        WriteEndPoint(json, "remote", socket.Remote);
        json.WriteString("state", TcpStates.MetricValue(socket.State));
        json.WriteString("code", socket.Code.ToString("X2", CultureInfo.InvariantCulture));
        json.WriteString("type", AddressFamilies.MetricValue(socket.Type));
        json.WriteString("family", AddressFamilies.MetricValue(socket.Family));
        json.WriteNumber("transmitQueue", socket.TransmitQueue);
        json.WriteNumber("receiveQueue", socket.ReceiveQueue);
        json.WriteNumber("timer", socket.Timer);
        json.WriteNumber("timerSeconds", socket.TimerSeconds);
        json.WriteNumber("retransmits", socket.Retransmits);
        json.WriteNumber("uid", socket.Uid);
        json.WriteNumber("inode", socket.Inode);
        json.WriteEndObject();
    }

    private static void WriteEndPoint(Utf8JsonWriter json, string name, IPEndPoint endPoint)
    {
        json.WriteStartObject(name);
        json.WriteString("address", endPoint.Address.ToString());
        json.WriteNumber("port", endPoint.Port);
        json.WriteEndObject();
    }
}
