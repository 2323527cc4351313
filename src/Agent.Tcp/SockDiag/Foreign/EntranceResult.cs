using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>Why there is no socket inside another network namespace.</summary>
internal enum EntranceFault : byte
{
    None = 0,

    /// <summary><c>/proc/PID/ns/net</c> cannot be opened.</summary>
    NotOpened,

    /// <summary><c>setns</c> failed.</summary>
    NotEntered,

    /// <summary>The process is in another namespace than it was: it has moved, or its PID has been given again.</summary>
    OtherNamespace,

    /// <summary>Which namespace a thread is in cannot be told: <c>/proc/thread-self</c> is missing.</summary>
    NotVerified,

    /// <summary>No thread could be started.</summary>
    NoThread,

    /// <summary>Inside, the netlink socket could not be opened or bound.</summary>
    NoSocket,
}

/// <summary>How entering a namespace ended.</summary>
/// <param name="Fault"><see cref="EntranceFault.None"/> when there is a socket.</param>
/// <param name="ErrorNumber">The errno behind it, 0 where there is none.</param>
/// <param name="Socket">The open socket.</param>
/// <param name="HasInet6">Whether the namespace knows IPv6.</param>
internal readonly record struct EntranceResult(
    EntranceFault Fault, int ErrorNumber = 0, ISockDiagTransport? Socket = null, bool HasInet6 = false)
{
    /// <summary>This process may not: likely nowhere.</summary>
    public bool IsRefused => Failure == ReadFailure.PermissionDenied;

    /// <summary>The process has gone, which happens all the time: the next refresh tells what is there now.</summary>
    public bool IsGone => Failure == ReadFailure.NotFound;

    public ReadFailure Failure => Fault switch
    {
        EntranceFault.None => ReadFailure.None,
        EntranceFault.OtherNamespace => ReadFailure.NotFound,
        EntranceFault.NotOpened when ErrorNumber is Errno.ENOENT or Errno.ESRCH => ReadFailure.NotFound,
        _ when ErrorNumber is Errno.EPERM or Errno.EACCES => ReadFailure.PermissionDenied,
        EntranceFault.NotVerified => ReadFailure.Unsupported,
        _ => ReadFailure.Io,
    };
}

/// <summary>Why another namespace cannot be entered, in words that name the fix.</summary>
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
