namespace Agent.Tcp.Tests.Kernel;

/// <summary>Counts as lines of text, so that a difference in a test's message reads like one.</summary>
internal static class CountsText
{
    public static string Of(ConnectionCounts counts)
    {
        var lines = new List<string>();
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            TcpSocketKind kind = ConnectionCounts.KindOf(slot);
            TcpState state = ConnectionCounts.StateOf(slot);
            if (counts[kind, state] is > 0 and long count)
            {
                lines.Add($"{Name(kind)} {TcpStates.MetricValue(state)} {count}");
            }
        }

        return string.Join('\n', lines);
    }

    private static string Name(TcpSocketKind kind) =>
        $"{AddressFamilies.MetricValue(kind.Type())}/{AddressFamilies.MetricValue(kind.Family())}";
}
