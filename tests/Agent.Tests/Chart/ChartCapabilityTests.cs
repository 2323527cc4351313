using System.Text.Json;
using Agent.Tests.Support;
using Agent.Tests.Support.Chart;

namespace Agent.Tests.Chart;

/// <summary>What the capabilities of <c>enterNamespaces</c> are good for, by a real agent that has just these.</summary>
public sealed class ChartCapabilityTests
{
    [Fact]
    public async Task Snapshot_WithTheChartsCapabilities_ReadsAPodBySockDiag()
    {
        await using PodNode node = await PodNode.StartOrSkipAsync();
        IList<string> capabilities = (await ChartObjects.OfAsync("every-namespace")).Container.SecurityContext.Capabilities.Add;

        (await SourceOfThePodAsync(node, capabilities)).ShouldBe("sockdiag");
        (await SourceOfThePodAsync(node, [])).ShouldBe("procfs");
        foreach (string one in capabilities)
        {
            (await SourceOfThePodAsync(node, [one])).ShouldBe("procfs", $"with {one} alone");
        }
    }

    /// <summary>Runs as the kubelet would start it: root without other capabilities, and without a way to get any.</summary>
    private static async Task<string> SourceOfThePodAsync(PodNode node, IEnumerable<string> capabilities)
    {
        string kept = string.Concat(capabilities.Select(one => $",+{one.ToLowerInvariant()}"));
        await using TestProcess snapshot = TestProcess.Start(
            "setpriv",
            [
                "--no-new-privs", "--inh-caps=-all", $"--bounding-set=-all{kept}",
                AgentProgram.File, "snapshot", "--proc-root", node.ProcRoot, "--json",
            ],
            AgentProgram.Environment([]));
        (await snapshot.WaitForExitAsync()).ShouldBe(0, snapshot.Output.Text + snapshot.Error.Text);
        using JsonDocument json = JsonDocument.Parse(snapshot.Output.Text);
        return json.RootElement.GetProperty("namespaces").EnumerateArray()
            .Single(one => one.GetProperty("kind").GetString() == "pod").GetProperty("source").GetString()!;
    }
}
