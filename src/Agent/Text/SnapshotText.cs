using System.Globalization;
using System.Text;
using Agent.Tcp;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Text;

/// <summary>A snapshot for people.</summary>
internal static class SnapshotText
{
    public static string Render(TcpSnapshot snapshot, SocketListings? sockets, Style style)
    {
        var text = new StringBuilder();
        NamespaceSnapshot one = snapshot.Namespace;
        text.AppendLine(style.Heading(Title(one))
            + style.Faint(snapshot.Timestamp.ToString("  yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        if (sockets is not null)
        {
            text.AppendLine(SocketsText.Render(sockets[one], style));
        }

        if (one[SocketFamily.Inet] == FamilyStatus.Read || one[SocketFamily.Inet6] == FamilyStatus.Read)
        {
            text.Append(ConnectionsText.Render(one.Counts, kind => one[kind.Family()] == FamilyStatus.Read, style));
        }

        return text.ToString();
    }

    private static string Title(NamespaceSnapshot one)
    {
        string kind = one.Namespace!.Kind.JsonValue();
        string inode = one.Namespace.Inode == 0 ? "" : $", inode {one.Namespace.Inode}";
        return $"Network namespace: {kind}{inode}, read by {one.Source.JsonValue()}";
    }
}
