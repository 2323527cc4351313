namespace Agent.Text;

/// <summary>Why a file or folder cannot be read. In words of our own: the published program has the framework's left out.</summary>
internal static class IoFaults
{
    public static string Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => "it is not there",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message,
    };
}
