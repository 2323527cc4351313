using System.Text.Json;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>A decoded listing for programs. The shape is a contract.</summary>
internal static class DecodeJson
{
    public static void Write(Utf8JsonWriter json, DecodedSockets sockets)
    {
        json.WriteStartObject();
        SocketJson.WriteAll(json, sockets.Walk());
        ConnectionsJson.Write(json, sockets.Counts);
        json.WriteStartArray("errors");
        foreach (DecodeError error in sockets.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("line", error.Line);
            json.WriteString("text", error.Text);
            json.WriteString("error", error.Error);
            json.WriteEndObject();
            json.FlushIfLong();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
