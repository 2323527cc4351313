using Agent.Tcp;

namespace Agent.Text;

/// <summary>A decoded listing for people: the sockets, then the counts.</summary>
internal static class DecodeText
{
    public static string Render(DecodedListing listing, Style style)
    {
        ConnectionCounts counts = SocketCounts.Of(listing.Sockets);
        return SocketsText.Render(listing.Sockets, style)
            + Environment.NewLine
            + ConnectionsText.Render(counts, kind => ConnectionOrder.States.Any(state => counts[kind, state] > 0), style);
    }
}
