using System.Globalization;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>How many sockets of which sort.</summary>
/// <param name="Sockets">All of them, listeners included. Even.</param>
/// <param name="Ipv6Percent">Connections over IPv6.</param>
/// <param name="MappedPercent">Connections by IPv4 to a dual-stack listener: mapped on that end.</param>
/// <param name="HalfClosedPercent">Connections with one direction closed: a FIN_WAIT_2 and a CLOSE_WAIT each.</param>
/// <param name="Addresses">127.0.0.1 and up, that each process which makes sockets connects to in turn.</param>
internal sealed record SocketMix(
    int Sockets, int Ipv6Percent, int MappedPercent, int HalfClosedPercent, int Addresses = SocketMix.DefaultAddresses)
{
    public const int DefaultAddresses = 200;

    /// <summary>Few enough connections for each listening port that source ports (28,232 by default) never run short.</summary>
    private const int ConnectionsPerListener = 10_000;

    /// <summary>No connection has an AF_INET6 socket on either end.</summary>
    public bool IsIpv4Only => Ipv6Percent == 0 && MappedPercent == 0;

    /// <summary>Of each family.</summary>
    public int ListenersPerFamily => 1 + (Sockets / 2 / ConnectionsPerListener);

    public int Listeners => 2 * ListenersPerFamily;

    public int Connections => (Sockets - Listeners) / 2;

    /// <summary>The same in parts of at most <paramref name="most"/> sockets.</summary>
    public IEnumerable<SocketMix> Split(int most)
    {
        for (int left = Sockets; left > 0; left -= most)
        {
            yield return this with { Sockets = Math.Min(left, most) };
        }
    }

    public string[] ToArguments() =>
    [
        Sockets.ToString(CultureInfo.InvariantCulture),
        Ipv6Percent.ToString(CultureInfo.InvariantCulture),
        MappedPercent.ToString(CultureInfo.InvariantCulture),
        HalfClosedPercent.ToString(CultureInfo.InvariantCulture),
        Addresses.ToString(CultureInfo.InvariantCulture),
    ];

    public static SocketMix FromArguments(ReadOnlySpan<string> arguments) => new(
        int.Parse(arguments[0], CultureInfo.InvariantCulture),
        int.Parse(arguments[1], CultureInfo.InvariantCulture),
        int.Parse(arguments[2], CultureInfo.InvariantCulture),
        int.Parse(arguments[3], CultureInfo.InvariantCulture),
        int.Parse(arguments[4], CultureInfo.InvariantCulture));
}
