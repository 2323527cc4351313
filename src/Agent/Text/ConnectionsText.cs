using Agent.Tcp;

namespace Agent.Text;

/// <summary>Counts as a table: a row a state, a column a combination of type and family.</summary>
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
