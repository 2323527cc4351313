using Agent.Tcp.Totals;

namespace Agent.Tcp.Procfs;

/// <summary>What went wrong with a table, in words that name the file and the fix.</summary>
internal static class ProcfsErrors
{
    public static ReadError Unreadable(ProcPath path, TableReadResult result) => result.Failure switch
    {
        ReadFailure.Timeout => Of(
            path, result.Failure, "the table did not end within the deadline (setting Tcp:ReadTimeout); the node may be overloaded."),
        ReadFailure.MalformedRow => Of(path, result.Failure, $"not a table of tcp: {result.FirstFault.Describe()}."),
        _ => FileErrors.Unreadable(path, result.ErrorNumber),
    };

    public static ReadError Malformed(ProcPath path, TableReadResult result) => Of(
        path,
        ReadFailure.MalformedRow,
        $"{result.MalformedRows} line(s) are no rows and were left out; the first one: {result.FirstFault.Describe()}.");

    public static ReadError UnknownState(ProcPath path, long sockets) => ReadError.UnknownState(path.ToString(), sockets);

    private static ReadError Of(ProcPath path, ReadFailure failure, string message) =>
        new(path.ToString(), failure, $"{path}: {message}");
}
