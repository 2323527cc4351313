namespace Agent.Tcp.Totals;

/// <summary>Why a file of procfs could not be read, in words that name the file and the fix.</summary>
internal static class FileErrors
{
    /// <summary>What an errno means for a file of procfs.</summary>
    public static ReadFailure FailureOf(int error) => error switch
    {
        // A process that ended while its table was read answers ESRCH or EINVAL; its directory is gone.
        Errno.ENOENT or Errno.ENOTDIR or Errno.ESRCH or Errno.EINVAL => ReadFailure.NotFound,
        Errno.EACCES or Errno.EPERM => ReadFailure.PermissionDenied,
        _ => ReadFailure.Io,
    };

    /// <summary>The file could not be opened or read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">The errno, or <see cref="Libc.NotRegular"/>.</param>
    public static ReadError Unreadable(ProcPath path, int error)
    {
        ReadFailure failure = FailureOf(error);
        return new ReadError(path.ToString(), failure, failure switch
        {
            ReadFailure.NotFound =>
                $"{path}: not found. Is the proc root right (setting Tcp:ProcRoot), and the process still there?",
            ReadFailure.PermissionDenied =>
                $"{path}: permission denied. If /proc is mounted with hidepid, run with the group of its gid= option.",
            _ when error == Libc.NotRegular =>
                $"{path}: not read, because it is {RegularFile.Describe(path.Bytes)} and no file of procfs. Is the proc root right (setting Tcp:ProcRoot)?",
            _ => $"{path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).",
        });
    }
}
