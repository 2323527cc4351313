using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>
/// A snapshot as text: one namespace as a table of states; several as a table of their sum, then one row each, the busiest
/// first. Sockets are listed before the counts, which are made from them and complete after the last one.
/// </summary>
internal static class SnapshotText
{
    public static void Write(TextWriter output, TcpSnapshot snapshot, SocketListing? sockets, Style style)
    {
        NamespaceSnapshot[] read = Read(snapshot);
        output.WriteLine(Title(Title(snapshot, read), snapshot, style));
        bool isAnyListed = false;
        foreach (NamespaceSnapshot one in sockets is null ? [] : read)
        {
            isAnyListed |= WriteSockets(output, one, sockets!.Walk(one), style);
        }

        output.Write(isAnyListed ? output.NewLine : "");
        WriteCounts(output, Read(snapshot), style);
    }

    /// <summary>The same for a window with a number of rows: errors and counts first, then the sockets that may fit.</summary>
    public static string Frame(TcpSnapshot snapshot, SocketListing? sockets, Style style, int rows)
    {
        NamespaceSnapshot[] read = Read(snapshot);
        var listed = new List<(NamespaceSnapshot Space, List<TcpSocket> Sockets)>();
        foreach (NamespaceSnapshot one in sockets is null ? [] : read)
        {
            int room = rows - listed.Sum(space => space.Sockets.Count);
            var first = new List<TcpSocket>();
            foreach (TcpSocket socket in sockets!.Walk(one))
            {
                if (first.Count < room)
                {
                    first.Add(socket);
                }
            }

            listed.Add((one, first));
        }

        var output = new StringWriter { NewLine = "\n" };
        output.WriteLine(Title(Title(snapshot, read), snapshot, style));
        WriteErrors(output, snapshot, style);
        WriteCounts(output, Read(snapshot), style);
        listed.ForEach(space => _ = WriteSockets(output, space.Space, space.Sockets, style));
        return output.ToString();
    }

    private static NamespaceSnapshot[] Read(TcpSnapshot snapshot) =>
        [.. snapshot.Namespaces.Where(one => one.Reading.HasResult).OrderByDescending(one => one.Reading.Counts.Total)];

    /// <summary>The first line: what is shown, and of when it is.</summary>
    public static string Title(string title, TcpSnapshot snapshot, Style style)
    {
        string time = snapshot.Timestamp.ToString("  yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return style.Heading(Printable.Line(title)) + style.Faint(time);
    }

    /// <summary>The errors, for a window, which shows nothing else.</summary>
    public static void WriteErrors(TextWriter output, TcpSnapshot snapshot, Style style)
    {
        foreach (ReadError error in snapshot.Errors)
        {
            output.WriteLine(style.Bad(Printable.Line(error.Message)));
        }
    }

    private static void WriteCounts(TextWriter output, NamespaceSnapshot[] read, Style style)
    {
        if (read.Length > 0)
        {
            output.Write(ConnectionsText.Render(Sum(read), kind => read.Any(one => one.Reading[kind.Family()] == FamilyStatus.Read), style));
        }

        if (read.Length > 1)
        {
            output.WriteLine();
            output.Write(Table(read).Render(style));
        }
    }

    private static bool WriteSockets(TextWriter output, NamespaceSnapshot one, IEnumerable<TcpSocket> sockets, Style style)
    {
        using IEnumerator<TcpSocket> walk = sockets.GetEnumerator();
        if (!walk.MoveNext())
        {
            return false;
        }

        output.WriteLine();
        output.WriteLine(style.Heading(Printable.Line($"Sockets of {NamespaceName.Of(one.Namespace)}")));
        SocketsText.Write(output, Rest(walk), style);
        return true;
    }

    private static IEnumerable<TcpSocket> Rest(IEnumerator<TcpSocket> walk)
    {
        do
        {
            yield return walk.Current;
        }
        while (walk.MoveNext());
    }

    private static string Title(TcpSnapshot snapshot, NamespaceSnapshot[] read)
    {
        if (snapshot.Namespaces.Count != 1 || read.Length != 1)
        {
            return $"Network namespaces: {read.Length} read of {snapshot.Namespaces.Count}";
        }

        TcpNamespace space = read[0].Namespace;
        string inode = space.NetnsInode == 0 ? "" : $", inode {space.NetnsInode}";
        return $"Network namespace: {NamespaceName.Of(space)}{inode}, read by {read[0].Reading.Source.JsonValue()}";
    }

    private static ConnectionCounts Sum(NamespaceSnapshot[] read)
    {
        var sum = new ConnectionCounts();
        foreach ((TcpSocketKind kind, TcpState state) in ConnectionOrder.All)
        {
            sum.Set(kind, state, read.Sum(one => one.Reading.Counts[kind, state]));
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
                NamespaceName.Of(one.Namespace),
                one.Namespace.NetnsInode == 0 ? "-" : one.Namespace.NetnsInode.ToString(CultureInfo.InvariantCulture),
                one.Reading.Source.JsonValue(),
                .. states.Select(state => (object)Count(one, state)),
                one.Reading.Counts.Total,
            ]);
        }

        return table;
    }

    private static long Count(NamespaceSnapshot one, TcpState state) =>
        ConnectionOrder.Kinds.Sum(kind => one.Reading.Counts[kind, state]);
}

/// <summary>The name of a namespace in text.</summary>
internal static class NamespaceName
{
    /// <summary>The length to which container tools abbreviate IDs.</summary>
    private const int ShortId = 12;

    public static string Of(TcpNamespace space) => space.Identity switch
    {
        { Kind: NamespaceKind.Host } => "host",
        { PodName: { } name } identity => $"pod {identity.PodNamespace}/{name}",
        { PodUid: { } uid } => $"pod {uid}",
        { ContainerId: { } id } => $"container {id[..Math.Min(id.Length, ShortId)]}",
        _ when space.NetnsInode != 0 => $"netns {space.NetnsInode}",
        _ => space.Inode == 0 ? "other" : $"netns id {space.Inode}",
    };
}
