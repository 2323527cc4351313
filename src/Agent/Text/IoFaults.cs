namespace Agent.Text;

/// <summary>Why a file or directory cannot be read, without the path, which the callers print.</summary>
internal static class IoFaults
{
    /// <summary>Distinguishes a directory, which the framework reports as access denied, from a file that cannot be read.</summary>
    public static string Describe(string path, Exception exception) =>
        exception is UnauthorizedAccessException && Directory.Exists(path) ? "it is a directory, not a file" : Describe(exception);

    public static string Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => "it is not there",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message,
    };
}
