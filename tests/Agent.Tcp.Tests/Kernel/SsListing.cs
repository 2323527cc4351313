namespace Agent.Tcp.Tests.Kernel;

/// <summary>What <c>ss</c> (iproute2) says of a namespace: the other witness.</summary>
internal static class SsListing
{
    private const string MappedPrefix = "[::ffff:";

    private static readonly Dictionary<string, TcpState> States = TcpStates.All
        .Where(info => info.State != TcpState.BoundInactive)
        .DistinctBy(info => info.SsName, StringComparer.Ordinal)
        .ToDictionary(info => info.SsName, info => info.State, StringComparer.Ordinal);

    /// <summary>Counts by <c>ss -4</c> and <c>ss -6</c>, so that the family is its word and not inferred.</summary>
    public static ConnectionCounts Of(TestNamespace space)
    {
        var counts = new ConnectionCounts();
        foreach (string line in Lines(space, "-4"))
        {
            counts.Add(TcpSocketKind.Ipv4Inet, (int)StateOf(line));
        }

        foreach (string line in Lines(space, "-6"))
        {
            bool mapped = line.Contains(MappedPrefix, StringComparison.OrdinalIgnoreCase);
            counts.Add(TcpSocketKinds.Of(SocketFamily.Inet6, mapped), (int)StateOf(line));
        }

        return counts;
    }

    private static TcpState StateOf(string line)
    {
        string name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        return States.TryGetValue(name, out TcpState state)
            ? state
            : throw new InvalidDataException($"ss printed a state that is not in the table: {line}");
    }

    private static string[] Lines(TestNamespace space, string family) =>
        Tool.Run("nsenter", $"--net={space.File}", "ss", family, "-tanH")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
