using Agent.Tcp;

namespace Agent.Text;

/// <summary>A decoded listing for people: the sockets, then the counts.</summary>
internal static class DecodeText
{
    public static void Write(TextWriter output, DecodedSockets sockets, Style style)
    {
        SocketsText.Write(output, sockets.Walk(), style);
        ConnectionCounts counts = sockets.Counts;
        output.WriteLine();
        output.Write(ConnectionsText.Render(counts, kind => ConnectionOrder.States.Any(state => counts[kind, state] > 0), style));
    }
}
