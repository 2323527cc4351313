namespace Agent.Tcp;

/// <summary>Something that could not be read, in words that name the file and the fix.</summary>
/// <param name="Path">The file or directory.</param>
/// <param name="Failure">Why.</param>
/// <param name="Message">For people: one sentence or two.</param>
/// <param name="Times">How many errors it counts as in <c>tcp.agent.read.errors</c>.</param>
internal sealed record ReadError(string Path, ReadFailure Failure, string Message, int Times = 1)
{
    public string Path { get; } = Printable.Of(Path);

    public string Message { get; } = Printable.Of(Message);

    /// <summary>A table has sockets in a state that this version does not know.</summary>
    public static ReadError UnknownState(string path, long sockets) => new(
        path,
        ReadFailure.UnknownState,
        $"{path}: {sockets} socket(s) are in a state that this version does not know; they are counted as unknown.");
}

/// <summary>Why something could not be read, as the attribute <c>error.type</c> of <c>tcp.agent.read.errors</c> says it.</summary>
internal enum ReadFailure : byte
{
    None = 0,

    /// <summary>The file or the process is not there (or no longer).</summary>
    NotFound,

    /// <summary>The kernel refused: hidepid, a security module.</summary>
    PermissionDenied,

    /// <summary>The table did not end within the deadline.</summary>
    Timeout,

    /// <summary>Any other error of the operating system.</summary>
    Io,

    /// <summary>A line that is no row.</summary>
    MalformedRow,

    /// <summary>A row with a state code that no known kernel has; it is counted as unknown.</summary>
    UnknownState,

    /// <summary>The kernel, or a sandbox around this process, does not have the interface.</summary>
    Unsupported,

    /// <summary>The table changed while it was read, or part of it was lost, again and again.</summary>
    Interrupted,

    /// <summary>More namespaces than have series of their own: some are summed into one.</summary>
    NamespaceLimit,
}

internal static class ReadFailures
{
    public const int Count = (int)ReadFailure.NamespaceLimit + 1;

    public static string MetricValue(this ReadFailure failure) => failure switch
    {
        ReadFailure.NotFound => "not_found",
        ReadFailure.PermissionDenied => "permission_denied",
        ReadFailure.Timeout => "timeout",
        ReadFailure.MalformedRow => "malformed_row",
        ReadFailure.UnknownState => "unknown_state",
        ReadFailure.Unsupported => "unsupported",
        ReadFailure.Interrupted => "interrupted",
        ReadFailure.NamespaceLimit => "namespace_limit",
        _ => "io",
    };
}
