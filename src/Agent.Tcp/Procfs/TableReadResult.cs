using Agent.Tcp.Interop;

namespace Agent.Tcp.Procfs;

/// <summary>How reading one table ended.</summary>
/// <param name="Failure"><see cref="ReadFailure.None"/> when it was read to its end.</param>
/// <param name="ErrorNumber">The errno behind it, or <see cref="Libc.NotRegular"/>; 0 where there is none.</param>
/// <param name="MalformedRows">Lines that were no rows; the others were counted.</param>
/// <param name="FirstFault">What was wrong with the first of them.</param>
/// <param name="Repeated">The kernel listed rows twice, and they were counted twice.</param>
internal readonly record struct TableReadResult(
    ReadFailure Failure,
    int ErrorNumber = 0,
    long MalformedRows = 0,
    RowFault FirstFault = RowFault.None,
    bool Repeated = false)
{
    /// <summary>What an errno means for a file of procfs.</summary>
    public static TableReadResult Failed(int error) => new(
        error switch
        {
            // A process that ended while its table was read answers ESRCH or EINVAL; its directory is gone.
            Errno.ENOENT or Errno.ENOTDIR or Errno.ESRCH or Errno.EINVAL => ReadFailure.NotFound,
            Errno.EACCES or Errno.EPERM => ReadFailure.PermissionDenied,
            _ => ReadFailure.Io,
        },
        error);
}
