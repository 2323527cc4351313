using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Procfs;

/// <summary>What went wrong with a table, in words that name the file and the mend.</summary>
internal static class ProcfsErrors
{
    public static ReadError Unreadable(ProcPath path, TableReadResult result) => new(
        path.ToString(),
        result.Failure,
        result.Failure switch
        {
            ReadFailure.NotFound =>
                $"{path}: not found. Is the proc root right (setting Tcp:ProcRoot), and the process still there?",
            ReadFailure.PermissionDenied =>
                $"{path}: permission denied. If /proc is mounted with hidepid, run with the group of its gid= option.",
            ReadFailure.Timeout =>
                $"{path}: the table did not end within the deadline (setting Tcp:ReadTimeout); the node may be overloaded.",
            _ when result.ErrorNumber == Libc.NotRegular =>
                $"{path}: not read, because it is {RegularFile.Describe(path.Bytes)} and no file of procfs. Is the proc root right (setting Tcp:ProcRoot)?",
            ReadFailure.MalformedRow => $"{path}: not a table of tcp: {result.FirstFault.Describe()}.",
            _ => $"{path}: {Marshal.GetPInvokeErrorMessage(result.ErrorNumber)} (errno {result.ErrorNumber}).",
        });

    public static ReadError Malformed(ProcPath path, TableReadResult result) => new(
        path.ToString(),
        ReadFailure.MalformedRow,
        $"{path}: {result.MalformedRows} line(s) are no rows and were left out; the first one: {result.FirstFault.Describe()}.");

    public static ReadError UnknownState(ProcPath path, long sockets) => new(
        path.ToString(),
        ReadFailure.UnknownState,
        $"{path}: {sockets} socket(s) are in a state that this version does not know; they are counted as unknown.");
}
