using Agent.Tests.Support;
using Agent.Tests.Support.Chart;

namespace Agent.Tests.Chart;

/// <summary>
/// The chart's examples: what Helm makes of each is kept beside it, so that a review shows the manifests that users get.
/// AGENT_TEST_REWRITE_GOLDEN=1 rewrites them.
/// </summary>
public sealed class ChartExampleTests
{
    private const string RewriteVariable = "AGENT_TEST_REWRITE_GOLDEN";

    [Theory]
    [MemberData(nameof(ChartExample.Names), MemberType = typeof(ChartExample))]
    public async Task Template_OfAnExample_IsTheKeptOne(string example)
    {
        string actual = await ChartExample.RenderAsync(example);
        string file = ChartExample.RenderedFile(example);
        if (Environment.GetEnvironmentVariable(RewriteVariable) is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, actual, TestContext.Current.CancellationToken);
        }

        actual.ShouldBe(
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
            $"If the change is meant, run this test with {RewriteVariable}=1 and commit {file}.");
    }

    [Theory]
    [MemberData(nameof(ChartExample.Names), MemberType = typeof(ChartExample))]
    public async Task Lint_OfAnExample_FindsNothing(string example)
    {
        CommandResult result = await ChartTools.HelmAsync(
            "lint", "--strict", ChartExample.Chart, "--values", ChartExample.Values(example));

        result.ExitCode.ShouldBe(0, result.OutputText);
        result.OutputText.ShouldNotContain("Fail:");
    }

    [Theory]
    [MemberData(nameof(ChartExample.Names), MemberType = typeof(ChartExample))]
    public async Task Manifests_OfAnExample_AreWhatKubernetesTakes(string example)
    {
        string manifests = await ChartExample.RenderAsync(example);

        CommandResult result = await ChartTools.ValidateAsync(manifests);

        result.ExitCode.ShouldBe(0, result.OutputText + result.ErrorText);
        new ChartObjects(manifests).All.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("containers:", "container:")]
    [InlineData("readOnlyRootFilesystem", "readonlyRootFilesystem")]
    public async Task Manifests_AWrongField_IsFound(string right, string wrong)
    {
        string manifests = (await ChartExample.RenderAsync("default")).Replace(right, wrong, StringComparison.Ordinal);

        Should.Throw<YamlDotNet.Core.YamlException>(() => new ChartObjects(manifests));
    }

    [Theory]
    [InlineData("kind: DaemonSet", "kind: DemonSet", "no schema for it")]
    [InlineData("containerPort: 9964", "containerPort: many", "/spec/template/spec/containers/0/ports/0/containerPort: type")]
    [InlineData("- name: agent", "- title: agent", "/spec/template/spec/containers/0: required")]
    public async Task Manifests_AWrongValue_IsFound(string right, string wrong, string fault)
    {
        string manifests = (await ChartExample.RenderAsync("default")).Replace(right, wrong, StringComparison.Ordinal);

        CommandResult result = await ChartTools.ValidateAsync(manifests);

        result.ExitCode.ShouldBe(1);
        result.OutputText.ShouldContain(fault);
    }
}
