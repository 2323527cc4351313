namespace Agent.Text;

/// <summary>Sockets as JSON, for <c>decode --json</c> and <c>snapshot --sockets --json</c>. A contract.</summary>
internal static class SocketJson
{
    private static readonly JsonEncodedText Slot = Name("slot");
    private static readonly JsonEncodedText Local = Name("local");
    private static readonly JsonEncodedText Remote = Name("remote");
    private static readonly JsonEncodedText Address = Name("address");
    private static readonly JsonEncodedText Port = Name("port");
    private static readonly JsonEncodedText State = Name("state");
    private static readonly JsonEncodedText Code = Name("code");
    private static readonly JsonEncodedText Type = Name("type");
    private static readonly JsonEncodedText Family = Name("family");
    private static readonly JsonEncodedText TransmitQueue = Name("transmitQueue");
    private static readonly JsonEncodedText ReceiveQueue = Name("receiveQueue");
    private static readonly JsonEncodedText Timer = Name("timer");
    private static readonly JsonEncodedText TimerSeconds = Name("timerSeconds");
    private static readonly JsonEncodedText Retransmits = Name("retransmits");
    private static readonly JsonEncodedText Uid = Name("uid");
    private static readonly JsonEncodedText Inode = Name("inode");

    /// <summary>The member <c>sockets</c>.</summary>
    public static void WriteAll(Utf8JsonWriter json, IEnumerable<TcpSocket> sockets)
    {
        json.WriteStartArray("sockets");
        foreach (TcpSocket socket in sockets)
        {
            Write(json, in socket);
            json.FlushIfLong();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in TcpSocket socket)
    {
        json.WriteStartObject();
        json.WriteNumber(Slot, socket.Slot);
        WriteEndPoint(json, Local, socket.Local);
        WriteEndPoint(json, Remote, socket.Remote);
        json.WriteString(State, TcpStates.MetricValue(socket.State));
        Span<char> code = stackalloc char[2];
        _ = socket.Code.TryFormat(code, out int digits, "X2", CultureInfo.InvariantCulture);
        json.WriteString(Code, code[..digits]);
        json.WriteString(Type, AddressFamilies.MetricValue(socket.Type));
        json.WriteString(Family, AddressFamilies.MetricValue(socket.Family));
        json.WriteNumber(TransmitQueue, socket.TransmitQueue);
        json.WriteNumber(ReceiveQueue, socket.ReceiveQueue);
        json.WriteNumber(Timer, socket.Timer);
        if (socket.TimerSeconds == 0)
        {
            // Most have no timer, and an integer is faster to write.
            json.WriteNumber(TimerSeconds, 0);
        }
        else
        {
            json.WriteNumber(TimerSeconds, socket.TimerSeconds);
        }

        json.WriteNumber(Retransmits, socket.Retransmits);
        json.WriteNumber(Uid, socket.Uid);
        json.WriteNumber(Inode, socket.Inode);
        json.WriteEndObject();
    }

    private static void WriteEndPoint(Utf8JsonWriter json, JsonEncodedText name, IPEndPoint endPoint)
    {
        Span<char> address = stackalloc char[AddressText.MaxLength];
        json.WriteStartObject(name);
        json.WriteString(Address, address[..AddressText.Write(endPoint.Address, address)]);
        json.WriteNumber(Port, endPoint.Port);
        json.WriteEndObject();
    }

    /// <summary>Encoded once: a listing may repeat each name a million times.</summary>
    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
