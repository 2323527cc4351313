using Agent.Tcp.Groups;
using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>
/// Groups as a table: what they are, their number, how many of them are in which state. States that no group has are left out.
/// </summary>
internal static class GroupsText
{
    private static readonly string[] InfoColumns = ["RTT MEDIAN", "RTT P95", "SENT AGAIN", "RWND LIMITED", "SNDBUF LIMITED", "CWND"];

    public static void Write(TextWriter output, GroupedSnapshot grouped, Style style)
    {
        output.WriteLine(Title(grouped, style));
        WriteTable(output, grouped, grouped.Limit, style);
    }

    /// <summary>The same for a window with a number of rows, with the errors.</summary>
    public static void WriteFrame(TextWriter output, GroupedSnapshot grouped, Style style, int rows)
    {
        output.WriteLine(Title(grouped, style));
        SnapshotText.WriteErrors(output, grouped.Snapshot, style);
        WriteTable(output, grouped, Math.Min(grouped.Limit, rows), style);
    }

    private static string Title(GroupedSnapshot grouped, Style style)
    {
        string spaces = (grouped.Snapshot.Namespaces.Count, grouped.Namespaces) switch
        {
            (1, [var one]) => $"network namespace {NamespaceName.Of(one.Namespace)}",
            var (found, read) => $"{read.Length} of {found} network namespaces",
        };
        string title = string.Create(
            CultureInfo.InvariantCulture, $"Sockets by {grouped.ByName}: {grouped.Report.Total} in {Amount.Of(grouped.Report.Count, "group", "groups")}, {spaces}");
        return SnapshotText.Title(title, grouped.Snapshot, style);
    }

    private static void WriteTable(TextWriter output, GroupedSnapshot grouped, int limit, Style style)
    {
        GroupReport report = grouped.Report;
        if (report.Count == 0)
        {
            return;
        }

        TcpState[] states = [.. ConnectionOrder.States.Where(state => report[state] > 0)];
        bool hasSpaces = grouped.Snapshot.Namespaces.Count > 1;
        bool isPeer = grouped.By == Grouping.Peer;
        var table = TextTable.WrittenTo(
            output,
            style,
            [
                .. Columns(grouped.By),
                "TOTAL",
                .. report.HasGrowth ? ["GREW"] : Array.Empty<string>(),
                .. isPeer ? ["PORTS USED"] : Array.Empty<string>(),
                .. grouped.WithInfo ? InfoColumns : [],
                .. states.Select(TcpStates.MetricValue),
                .. hasSpaces ? ["NAMESPACE"] : Array.Empty<string>(),
            ]);
        foreach (SocketGroup group in report.Take(limit, byGrowth: report.HasGrowth))
        {
            WriteKey(table, group, grouped);
            table.Number(group.Total);
            if (report.HasGrowth)
            {
                table.Number(group.Growth);
            }

            if (isPeer)
            {
                table.Text(PortsUsed(group));
            }

            if (grouped.WithInfo)
            {
                WriteInfo(table, group.Info);
            }

            foreach (TcpState state in states)
            {
                table.Number(group[state]);
            }

            if (hasSpaces)
            {
                table.Text(group.Space is { } space ? Printable.Line(NamespaceName.Of(grouped.Namespaces[space].Namespace)) : "-");
            }

            table.EndRow();
        }

        table.End();
    }

    private static void WriteInfo(TextTable table, GroupInfo info) => table
        .Text(Milliseconds(info.MedianRoundTrip))
        .Text(Milliseconds(info.HighRoundTrip))
        .Text(Percent(info.Sums.RetransmissionRatio))
        .Text(Percent(info.Sums.ReceiveWindowLimited))
        .Text(Percent(info.Sums.SendBufferLimited))
        .Text(info.MedianCongestionWindow?.ToString(CultureInfo.InvariantCulture) ?? "-");

    private static string Milliseconds(uint? microseconds) =>
        microseconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1000.0:0.###} ms") : "-";

    private static string Percent(double? ratio) =>
        ratio is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0.##} %") : "-";

    private static string[] Columns(Grouping by) => by switch
    {
        Grouping.Port => ["ROLE", "PORT"],
        Grouping.Peer => ["ROLE", "PEER"],
        Grouping.Process => ["PID", "COMMAND"],
        _ => ["UID", "USER"],
    };

    private static void WriteKey(TextTable table, SocketGroup group, GroupedSnapshot grouped)
    {
        GroupCell key = group.Key;
        switch (key.Kind)
        {
            case GroupKind.Process:
                table.Value(key.Number).Text(Printable.Line(grouped.Processes?.Command(key.Number) ?? "(ended)"));
                break;
            case GroupKind.User:
                table.Value(key.Number).Text(Printable.Line(grouped.Users?[key.Number] ?? "-"));
                break;
            case GroupKind.Server or GroupKind.Client when grouped.By == Grouping.Port:
                table.Text(key.Kind.Role()).Value(key.Number);
                break;
            case GroupKind.Server or GroupKind.Client:
                table.Text(key.Kind.Role());
                Peer(table, key);
                break;
            default:
                table.Text(key.Kind.Role() ?? "-").Text(Printable.Line(Named(group, grouped)));
                break;
        }
    }

    private static string Named(SocketGroup group, GroupedSnapshot grouped) => group.Key.Kind switch
    {
        GroupKind.Listener => "(listening)",
        GroupKind.Unconnected => "(not connected)",
        GroupKind.Kernel => "(kernel)",
        GroupKind.Unknown => $"(no process found, user {User(group.Key.Number, grouped)})",
        _ when group.Rest > 0 => $"other ({Amount.Of(group.Rest, "group", "groups")})",
        _ => "other (beyond the limit of groups)",
    };

    private static string User(uint uid, GroupedSnapshot grouped) =>
        grouped.Users?[uid] ?? uid.ToString(CultureInfo.InvariantCulture);

    private static void Peer(TextTable table, GroupCell key)
    {
        Span<char> text = stackalloc char[AddressText.MaxLength];
        IPEndPoint peer = key.Address.ToEndPoint(asIpv4: key.Address.IsIpv4);
        int length = key.Kind == GroupKind.Client ? AddressText.Write(peer, text) : AddressText.Write(peer.Address, text);
        table.Text(text[..length]);
    }

    private static string PortsUsed(SocketGroup group) => group.PortsUsed is { } used
        ? string.Create(CultureInfo.InvariantCulture, $"{used} of {group.PortsLimit} ({100.0 * used / group.PortsLimit:0.#} %)")
        : "-";
}
