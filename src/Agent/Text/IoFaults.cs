namespace Agent.Text;

/// <summary>Why a file or folder cannot be read. In words of our own: the published program has the framework's left out.</summary>
internal static class IoFaults
{
    /// <summary>As the other, and tells a directory, which the framework reports as not permitted, from a file that is.</summary>
    public static string Describe(string path, Exception exception) =>
        exception is UnauthorizedAccessException && Directory.Exists(path) ? "it is a directory, not a file" : Describe(exception);

    public static string Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => "it is not there",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message,
    };
}
