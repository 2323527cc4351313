namespace Agent.Tests.Support;

/// <summary>Where this checkout is: fixtures and golden files are read, and rewritten, in place.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string TestFolder => Path.Combine(Root, "tests", "Agent.Tests");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Agent.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No Agent.sln above {AppContext.BaseDirectory}.");
    }
}
