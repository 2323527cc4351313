using System.Text.Json;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>A decoded listing for programs. The shape is a contract.</summary>
internal static class DecodeJson
{
    public static void Write(Utf8JsonWriter json, DecodedListing listing)
    {
        json.WriteStartObject();
        SocketJson.WriteAll(json, listing.Sockets);
        ConnectionsJson.Write(json, SocketCounts.Of(listing.Sockets));
        json.WriteStartArray("errors");
        foreach (DecodeError error in listing.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("line", error.Line);
            json.WriteString("text", error.Text);
            json.WriteString("error", error.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
