namespace Agent.Tests.Support;

/// <summary>
/// The proc root in fixtures/proc: rows as Linux 6 prints them, of every state, IPv4, IPv4-mapped and IPv6, one of a
/// state that no kernel has, and one torn row.
/// </summary>
internal static class FixtureProcRoot
{
    public static string Path { get; } = System.IO.Path.Combine(Repository.TestFolder, "fixtures", "proc");

    /// <summary>Sockets by state: those of ipv4/inet, ipv4/inet6 and ipv6/inet6.</summary>
    public static IReadOnlyDictionary<string, (long Ipv4, long Mapped, long Ipv6)> Expected { get; } =
        new Dictionary<string, (long, long, long)>(StringComparer.Ordinal)
        {
            ["established"] = (5, 3, 2),
            ["syn_sent"] = (1, 2, 3),
            ["syn_received"] = (2, 1, 3),
            ["fin_wait_1"] = (1, 2, 3),
            ["fin_wait_2"] = (3, 1, 2),
            ["time_wait"] = (4, 2, 1),
            ["closed"] = (1, 2, 3),
            ["close_wait"] = (2, 1, 3),
            ["last_ack"] = (1, 2, 3),
            ["listen"] = (3, 1, 2),
            ["closing"] = (1, 2, 3),
        };

    /// <summary>Every series of <c>tcp.connections</c> as <c>state type family</c>, with its value.</summary>
    public static IReadOnlyDictionary<string, long> Series { get; } = AllSeries();

    private static Dictionary<string, long> AllSeries()
    {
        var series = new Dictionary<string, long>(StringComparer.Ordinal) { ["unknown ipv4 inet"] = 1 };
        foreach ((string state, (long ipv4, long mapped, long ipv6)) in Expected)
        {
            series[$"{state} ipv4 inet"] = ipv4;
            series[$"{state} ipv4 inet6"] = mapped;
            series[$"{state} ipv6 inet6"] = ipv6;
        }

        return series;
    }
}
