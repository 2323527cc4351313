namespace Agent.Tests.Support.Chart;

/// <summary>One of charts/tcp-agent/examples: values, and what Helm makes of them.</summary>
internal static class ChartExample
{
    public static readonly string Chart = Path.Combine(Repository.Root, "charts", "tcp-agent");

    private static readonly string Examples = Path.Combine(Chart, "examples");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Examples).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static string Values(string name) => Path.Combine(Examples, name, "values.yaml");

    public static string RenderedFile(string name) => Path.Combine(Examples, name, "rendered", "manifests.yaml");

    /// <summary>The manifests as an operator's <c>helm install agent --namespace observability</c> would send them.</summary>
    public static Task<CommandResult> TemplateAsync(string name, params string[] more) => ChartTools.HelmAsync(
        ["template", "agent", Chart, "--namespace", "observability", "--values", Values(name), .. more]);

    /// <summary>The same, which must succeed.</summary>
    public static async Task<string> RenderAsync(string name, params string[] more)
    {
        CommandResult result = await TemplateAsync(name, more);
        result.ExitCode.ShouldBe(0, result.ErrorText);
        return result.OutputText.TrimEnd('\n') + "\n";
    }
}
