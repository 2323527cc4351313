using Agent.Text;

namespace Agent.Export.Disk;

/// <summary>Classifies a fault of the disk by the kernel's error number, which .NET keeps in <see cref="Exception.HResult"/>.</summary>
internal static class DiskFault
{
    /// <summary><c>EWOULDBLOCK</c> of <c>flock(2)</c>, as .NET reports it.</summary>
    public const int HeldByAnother = 11;

    private const int NotPermitted = 1, AccessDenied = 13, AlreadyExists = 17, NotADirectory = 20, NoSpace = 28, ReadOnly = 30, QuotaExceeded = 122;

    /// <summary>All values of <c>error.type</c> of <c>tcp.agent.spool.errors</c>.</summary>
    public static string[] Types => ["no_space", "permission_denied", "read_only", "in_use", "timeout", "io"];

    public static int NumberOf(Exception exception) => exception.HResult & 0xFFFF;

    /// <summary>The value of <c>error.type</c>.</summary>
    public static string TypeOf(Exception exception) => Cause(exception) switch
    {
        UnauthorizedAccessException => "permission_denied",
        IOException io when NumberOf(io) is NotPermitted or AccessDenied => "permission_denied",
        { InnerException: IOException inner } when NumberOf(inner) == HeldByAnother => "in_use",
        IOException io when NumberOf(io) is NoSpace or QuotaExceeded => "no_space",
        IOException io when NumberOf(io) == ReadOnly => "read_only",
        IOException io when NumberOf(io) == DiskThread.TimedOut => "timeout",
        _ => "io",
    };

    /// <summary>The disk did not answer in time.</summary>
    public static bool IsHang(Exception exception) => exception is IOException && NumberOf(exception) == DiskThread.TimedOut;

    /// <summary>The kernel denied permission.</summary>
    public static bool IsRefusal(Exception exception) => string.Equals(TypeOf(exception), "permission_denied", StringComparison.Ordinal);

    /// <summary>Something else is where a directory should be, or nothing is.</summary>
    public static bool IsInTheWay(Exception exception) =>
        exception is DirectoryNotFoundException || (exception is IOException && NumberOf(exception) is AlreadyExists or NotADirectory);

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
