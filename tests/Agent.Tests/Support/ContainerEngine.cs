namespace Agent.Tests.Support;

/// <summary>podman with the image that tests/tools/build-image.sh makes by the Dockerfile.</summary>
internal static class ContainerEngine
{
    /// <summary>The image of this machine's platform.</summary>
    public const string Image = "localhost/tcp-agent:amd64";

    private static readonly string Script = Path.Combine(Repository.Root, "tests", "tools", "engine.sh");

    private static readonly Lazy<Task<string?>> WhyNot = new(FindWhyNotAsync);

    /// <summary>The options of the <c>docker run</c> command in docs/install.md, without those of a service and its spool.</summary>
    public static string[] DocumentedOptions()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "install.md")).Replace("\\\n", "", StringComparison.Ordinal);
        string[] words = page.Split('\n').Single(line => line.StartsWith("docker run ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        words[^1].ShouldBe("tcp-agent");
        string[] options = [.. words[2..^1].Where(word => word != "--detach")];
        return ((string[])["--name", "--restart", "--volume", "--env", "--env"]).Aggregate(options, Without);
    }

    /// <summary>Runs the image's entry point, or skips the test.</summary>
    /// <param name="options">podman's own.</param>
    /// <param name="arguments">The agent's.</param>
    /// <param name="environment">The agent's, and nothing else.</param>
    public static async Task<TestProcess> StartAsync(
        string[] options, string[] arguments, params KeyValuePair<string, string>[] environment)
    {
        await SkipWithoutImageAsync();
        return Start(["run", "--rm", .. options, .. environment.SelectMany(Variable), Image, .. arguments]);
    }

    /// <summary>Runs podman to its end, which must be a good one, or skips the test.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        await SkipWithoutImageAsync();
        await using TestProcess podman = Start(arguments);
        (await podman.WaitForExitAsync()).ShouldBe(0, podman.Error.Text);
        return podman.Output.Text;
    }

    private static async Task SkipWithoutImageAsync()
    {
        string? reason = await WhyNot.Value;
        Assert.SkipWhen(reason is not null, reason ?? "");
    }

    private static TestProcess Start(string[] arguments) => TestProcess.Start(Script, arguments, AgentProgram.Environment([]));

    private static string[] Variable(KeyValuePair<string, string> variable) => ["--env", $"{variable.Key}={variable.Value}"];

    private static string[] Without(string[] words, string option)
    {
        int index = Array.IndexOf(words, option);
        return [.. words[..index], .. words[(index + 2)..]];
    }

    private static async Task<string?> FindWhyNotAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "Needs root, for containers.";
        }

        await using TestProcess exists = Start(["image", "exists", Image]);
        return await exists.WaitForExitAsync() == 0
            ? null
            : "The image is not there: run tests/tools/build-image.sh as root; it needs podman and debootstrap.";
    }
}
