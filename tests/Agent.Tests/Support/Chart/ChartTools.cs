namespace Agent.Tests.Support.Chart;

/// <summary>Helm and the manifest validator, as tests/tools/fetch-chart-tools.sh installs them.</summary>
internal static class ChartTools
{
    private const string FolderVariable = "AGENT_TEST_CHART_TOOLS";

    private static readonly string Folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
        ? named
        : Path.Combine(Repository.Root, "artifacts", "chart-tools");

    /// <summary>Runs Helm to its end, or skips the test with the reason.</summary>
    public static Task<CommandResult> HelmAsync(params string[] arguments) => RunAsync(Require("helm"), arguments, input: "");

    /// <summary>Checks manifests against Kubernetes' schemas; one line of output a fault.</summary>
    public static Task<CommandResult> ValidateAsync(string manifests) =>
        RunAsync("node", [Require("validate.mjs")], manifests);

    private static string Require(string file)
    {
        string path = Path.Combine(Folder, file);
        Assert.SkipUnless(
            File.Exists(path),
            $"{file} is not there ({path}): run tests/tools/fetch-chart-tools.sh, or name its folder in {FolderVariable}.");
        return path;
    }

    private static async Task<CommandResult> RunAsync(string file, IEnumerable<string> arguments, string input)
    {
        await using TestProcess process = TestProcess.Start(file, arguments, AgentProgram.Environment([]), input);
        return await process.WaitForResultAsync();
    }
}
