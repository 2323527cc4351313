namespace Agent.Doctor.Checks;

/// <summary>Whether a snapshot succeeds with the agent's configuration, and by which source.</summary>
internal static class SnapshotCheck
{
    private const int Shown = 3;

    private static readonly Fix SeeAll = new(
        "Fix what the message names; agent snapshot, with the same proc root and source, shows all messages.");

    private static readonly Fix Longer = new(
        "Raise Tcp:CollectionTimeout to let agent doctor read all of them at once. The agent itself reads the rest in its next collections, as far as Tcp:CpuBudget allows; the metrics tcp.agent.namespaces and tcp.agent.snapshot.age show whether it keeps up.");

    public static Finding Judge(SocketView sockets)
    {
        string sources = string.Join(", ", sockets.Sources.Select(source => $"{source.Value} by {source.Key}"));
        string read = $"{sockets.Total} sockets in {sockets.Sources.Values.Sum()} network namespace(s)"
            + (sources.Length > 0 ? $" ({sources})" : "") + $" in {sockets.Elapsed.TotalMilliseconds:0} ms";
        return sockets switch
        {
            { Errors.Count: > 0 } => Finding.Failed($"{read}; {Messages(sockets.Errors)}", SeeAll),
            { Unread: { } unread } => Finding.Warning($"{read}; {unread}", Longer),
            { Oddities.Count: > 0 } => Finding.Warning($"{read}; {Messages(sockets.Oddities)}", SeeAll),
            { Others: { } others } => Finding.Ok($"{read}. Namespaces other than its own: {others}"),
            _ => Finding.Ok(read),
        };
    }

    private static string Messages(IReadOnlyList<string> messages) =>
        string.Join(' ', messages.Take(Shown)) + (messages.Count > Shown ? $" And {messages.Count - Shown} more." : "");
}
