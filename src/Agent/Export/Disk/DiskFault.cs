using Agent.Text;

namespace Agent.Export.Disk;

/// <summary>Classifies a fault of the disk by the kernel's error number, which .NET keeps in <see cref="Exception.HResult"/>.</summary>
internal static class DiskFault
{
    /// <summary>All values of <c>error.type</c> of <c>tcp.agent.spool.errors</c>.</summary>
    public static string[] Types => ["no_space", "permission_denied", "read_only", "in_use", "timeout", "io"];

    public static int NumberOf(Exception exception) => exception.HResult & 0xFFFF;

    /// <summary>The value of <c>error.type</c>.</summary>
    public static string TypeOf(Exception exception) => Cause(exception) switch
    {
        UnauthorizedAccessException => "permission_denied",
        IOException io when NumberOf(io) is Errno.EPERM or Errno.EACCES => "permission_denied",
        { InnerException: IOException inner } when NumberOf(inner) == Errno.EAGAIN => "in_use",
        IOException io when NumberOf(io) is Errno.ENOSPC or Errno.EDQUOT => "no_space",
        IOException io when NumberOf(io) == Errno.EROFS => "read_only",
        IOException io when NumberOf(io) == Errno.ETIMEDOUT => "timeout",
        _ => "io",
    };

    /// <summary>The disk did not answer in time.</summary>
    public static bool IsHang(Exception exception) => exception is IOException && NumberOf(exception) == Errno.ETIMEDOUT;

    /// <summary>The kernel denied permission.</summary>
    public static bool IsRefusal(Exception exception) => string.Equals(TypeOf(exception), "permission_denied", StringComparison.Ordinal);

    /// <summary>Something else is where a directory should be, or nothing is.</summary>
    public static bool IsInTheWay(Exception exception) =>
        exception is DirectoryNotFoundException || (exception is IOException && NumberOf(exception) is Errno.EEXIST or Errno.ENOTDIR);

    /// <summary>In one line, without the file's name: every export has another.</summary>
    public static string Describe(Exception exception)
    {
        string words = IoFaults.Describe(Cause(exception)).ReplaceLineEndings(" ");
        int file = words.IndexOf(" : '", StringComparison.Ordinal);
        return (file < 0 ? words : words[..file]).TrimEnd('.');
    }

    /// <summary>The fault of the disk inside another: <see cref="HttpContent"/>, for one, wraps what a stream throws.</summary>
    private static Exception Cause(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or UnauthorizedAccessException)
            {
                return cause;
            }
        }

        return exception;
    }
}
