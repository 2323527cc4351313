using Agent.Tcp.Interop;

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
