using Agent.Tcp;

namespace Agent.Text;

/// <summary>The order in which people and JSON see counts: by state code, then IPv4 before IPv6; unknown states last.</summary>
internal static class ConnectionOrder
{
    public static IReadOnlyList<TcpState> States { get; } =
        [.. TcpStates.All.Select(info => info.State).Distinct(), TcpState.Unknown];

    public static IReadOnlyList<TcpSocketKind> Kinds { get; } = Enum.GetValues<TcpSocketKind>();

    public static IEnumerable<(TcpSocketKind Kind, TcpState State)> All =>
        States.SelectMany(_ => Kinds, (state, kind) => (kind, state));
}
