namespace Agent.Text;

/// <summary>The order of counts in text and JSON: by state code, then IPv4 before IPv6; unknown states last.</summary>
internal static class ConnectionOrder
{
    public static IReadOnlyList<TcpState> States { get; } =
        [.. TcpStates.All.Select(info => info.State).Distinct(), TcpState.Unknown];

    public static IReadOnlyList<TcpSocketKind> Kinds { get; } = Enum.GetValues<TcpSocketKind>();

    public static IEnumerable<(TcpSocketKind Kind, TcpState State)> All =>
        States.SelectMany(_ => Kinds, (state, kind) => (kind, state));
}

/// <summary>Counts as a table: one row per state, one column per combination of type and family.</summary>
internal static class ConnectionsText
{
    public static string Render(ConnectionCounts counts, Func<TcpSocketKind, bool> isKnown, Style style)
    {
        TcpSocketKind[] kinds = [.. ConnectionOrder.Kinds.Where(isKnown)];
        var table = new TextTable(["STATE", .. kinds.Select(Heading), "TOTAL"]);
        foreach (TcpState state in ConnectionOrder.States)
        {
            long total = kinds.Sum(kind => counts[kind, state]);
            if (total > 0 || state is >= TcpState.Established and <= TcpState.Closing)
            {
                table.Row([TcpStates.MetricValue(state), .. kinds.Select(kind => (object)counts[kind, state]), total]);
            }
        }

        table.Row(
        [
            "total",
            .. kinds.Select(kind => (object)ConnectionOrder.States.Sum(state => counts[kind, state])),
            kinds.Sum(kind => ConnectionOrder.States.Sum(state => counts[kind, state])),
        ]);
        return table.Render(style);
    }

    public static string Heading(TcpSocketKind kind) => kind switch
    {
        TcpSocketKind.Ipv4Inet => "ipv4/inet",
        TcpSocketKind.Ipv4Inet6 => "ipv4/inet6",
        _ => "ipv6/inet6",
    };
}

/// <summary>The member <c>connections</c> of every command: counts above 0, by state, type and family.</summary>
internal static class ConnectionsJson
{
    public static void Write(Utf8JsonWriter json, ConnectionCounts counts) => json.WriteObjects(
        "connections",
        ConnectionOrder.All.Where(one => counts[one.Kind, one.State] > 0),
        one =>
        {
            json.WriteString("state", TcpStates.MetricValue(one.State));
            json.WriteString("type", AddressFamilies.MetricValue(one.Kind.Type()));
            json.WriteString("family", AddressFamilies.MetricValue(one.Kind.Family()));
            json.WriteNumber("count", counts[one.Kind, one.State]);
        });
}
