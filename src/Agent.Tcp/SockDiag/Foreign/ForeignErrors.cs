using System.Runtime.InteropServices;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>Why another namespace cannot be entered, in words that name the mend.</summary>
internal static class ForeignErrors
{
    private const string Needs = "to read another network namespace by sock_diag needs CAP_SYS_ADMIN and CAP_SYS_PTRACE";
    private const string UseProcfs = "setting Tcp:Source=Auto or Procfs reads /proc instead";

    public static ReadError NotEntered(TcpNamespace space, EntranceResult result) =>
        Error(space, result.Failure, Reason(space, result));

    public static ReadError Full(TcpNamespace space, int limit) => Error(
        space,
        ReadFailure.Unsupported,
        $"{space.Tcp}: sockets inside {limit} other network namespaces are open, and no more are opened.");

    /// <summary>Why, without the advice.</summary>
    public static string Reason(TcpNamespace space, EntranceResult result)
    {
        ProcPath file = NamespaceEntrance.FileOf(space);
        string errno = $"{Marshal.GetPInvokeErrorMessage(result.ErrorNumber)} (errno {result.ErrorNumber})";
        return result.Fault switch
        {
            // The ordinary case of a process without capabilities, and no fault of anything: no error's words.
            _ when result.IsRefused => $"{file}: this process may not enter it (errno {result.ErrorNumber}): {Needs}.",
            EntranceFault.OtherNamespace => $"{file}: the process is in another namespace by now.",
            EntranceFault.NotVerified => $"{file}: /proc/thread-self is missing, by which a namespace is told.",
            _ => $"{file}: {Step(result.Fault)}: {errno}.",
        };
    }

    private static ReadError Error(TcpNamespace space, ReadFailure failure, string reason) =>
        new(space.Tcp.ToString(), failure, $"{reason} The {UseProcfs}.");

    private static string Step(EntranceFault fault) => fault switch
    {
        EntranceFault.NotOpened => "not opened",
        EntranceFault.NotEntered => "not entered (setns)",
        EntranceFault.NoThread => "no thread to enter it with",
        _ => "entered, but without a netlink socket",
    };
}
