namespace Agent.Tests.Support.Backends;

/// <summary>The metric backends' programs, as tests/tools/fetch-backends.sh unpacks them.</summary>
internal static class BackendFiles
{
    private const string FolderVariable = "AGENT_TEST_BACKENDS";

    /// <summary>Finds a program, or skips the test with the reason.</summary>
    public static string Require(string program)
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(Repository.Root, "artifacts", "backends");
        string file = Path.Combine(folder, "usr", "bin", program);
        Assert.SkipUnless(
            File.Exists(file),
            $"{program} is not there ({file}): run tests/tools/fetch-backends.sh, or name its folder in {FolderVariable}.");
        return file;
    }
}
