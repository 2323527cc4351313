namespace Agent.Text;

/// <summary>A decoded listing, as text and as JSON.</summary>
internal static class DecodeReport
{
    /// <summary>The sockets, then the counts.</summary>
    public static void WriteText(TextWriter output, DecodedSockets sockets, Style style)
    {
        SocketsText.Write(output, sockets.Walk(), style);
        ConnectionCounts counts = sockets.Counts;
        output.WriteLine();
        output.Write(ConnectionsText.Render(counts, kind => ConnectionOrder.States.Any(state => counts[kind, state] > 0), style));
    }

    /// <summary>A contract.</summary>
    public static void WriteJson(Utf8JsonWriter json, DecodedSockets sockets)
    {
        json.WriteStartObject();
        SocketJson.WriteAll(json, sockets.Walk());
        ConnectionsJson.Write(json, sockets.Counts);
        json.WriteObjects("errors", sockets.Errors, error =>
        {
            json.WriteNumber("line", error.Line);
            json.WriteString("text", error.Text);
            json.WriteString("error", error.Error);
        });
        json.WriteEndObject();
    }
}
