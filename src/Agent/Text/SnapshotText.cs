using System.Globalization;
using System.Text;
using Agent.Tcp;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Text;

/// <summary>
/// A snapshot for people: one namespace as a table of states; of several, the sum as such a table, then a row each, the
/// busiest first.
/// </summary>
internal static class SnapshotText
{
    public static string Render(TcpSnapshot snapshot, SocketListings? sockets, Style style)
    {
        NamespaceSnapshot[] read = [.. snapshot.Namespaces.Where(one => one.HasReading).OrderByDescending(one => one.Counts.Total)];
        var text = new StringBuilder();
        string time = snapshot.Timestamp.ToString("  yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        text.AppendLine(style.Heading(Title(snapshot, read)) + style.Faint(time));
        if (read.Length > 0)
        {
            text.Append(ConnectionsText.Render(Sum(read), kind => read.Any(one => one[kind.Family()] == FamilyStatus.Read), style));
        }

        if (read.Length > 1)
        {
            text.AppendLine().Append(Table(read).Render(style));
        }

        if (sockets is not null)
        {
            AppendSockets(text, read, sockets, style);
        }

        return text.ToString();
    }

    private static string Title(TcpSnapshot snapshot, NamespaceSnapshot[] read)
    {
        if (snapshot.Namespaces.Count != 1 || read.Length != 1)
        {
            return $"Network namespaces: {read.Length} read of {snapshot.Namespaces.Count}";
        }

        TcpNamespace space = read[0].Namespace!;
        string inode = space.NetnsInode == 0 ? "" : $", inode {space.NetnsInode}";
        return $"Network namespace: {NamespaceName.Of(space)}{inode}, read by {read[0].Source.JsonValue()}";
    }

    private static ConnectionCounts Sum(NamespaceSnapshot[] read)
    {
        var sum = new ConnectionCounts();
        foreach ((TcpSocketKind kind, TcpState state) in ConnectionOrder.All)
        {
            sum.Set(kind, state, read.Sum(one => one.Counts[kind, state]));
        }

        return sum;
    }

    private static TextTable Table(NamespaceSnapshot[] read)
    {
        TcpState[] states = [.. ConnectionOrder.States.Where(state => read.Any(one => Count(one, state) > 0))];
        var table = new TextTable(["NAMESPACE", "INODE", "SOURCE", .. states.Select(TcpStates.MetricValue), "TOTAL"]);
        foreach (NamespaceSnapshot one in read)
        {
            table.Row(
            [
                NamespaceName.Of(one.Namespace!),
                one.Namespace!.NetnsInode == 0 ? "-" : one.Namespace.NetnsInode.ToString(CultureInfo.InvariantCulture),
                one.Source.JsonValue(),
                .. states.Select(state => (object)Count(one, state)),
                one.Counts.Total,
            ]);
        }

        return table;
    }

    private static long Count(NamespaceSnapshot one, TcpState state) =>
        ConnectionOrder.Kinds.Sum(kind => one.Counts[kind, state]);

    private static void AppendSockets(StringBuilder text, NamespaceSnapshot[] read, SocketListings sockets, Style style)
    {
        foreach (NamespaceSnapshot one in read.Where(one => sockets[one].Count > 0))
        {
            text.AppendLine()
                .AppendLine(style.Heading($"Sockets of {NamespaceName.Of(one.Namespace!)}"))
                .Append(SocketsText.Render(sockets[one], style));
        }
    }
}
