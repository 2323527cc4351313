using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Config;

/// <summary>The alerting rules and Prometheus' configuration, by Prometheus' own tool.</summary>
public sealed class RuleTests
{
    private static readonly string[] Cases = ["birth", "restart", "burst", "gap", "growth", "recovery"];

    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public async Task Promtool_CheckRules_FindsNothing(string rules) =>
        await SucceedsAsync("check", "rules", "--lint=all", "--lint-fatal", OperatorFiles.RuleFile(rules));

    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public async Task Promtool_TestRules_EveryAlertFiresWhenItShould(string rules) =>
        await SucceedsAsync("test", "rules", OperatorFiles.TestsOf(OperatorFiles.RuleFile(rules)));

    /// <summary>Prometheus 2.53, the one that Debian has, does not know the section otlp, which 3.0 brought.</summary>
    [Fact]
    public async Task Promtool_CheckConfigurationWithoutOtlp_FindsNothing()
    {
        using var folder = new TemporaryFolder();
        string text = await File.ReadAllTextAsync(
            Path.Combine(OperatorFiles.Prometheus, "prometheus.yml"), TestContext.Current.CancellationToken);
        int otlp = text.IndexOf("\notlp:", StringComparison.Ordinal);
        int next = text.IndexOf("\nstorage:", otlp, StringComparison.Ordinal);
        folder.Write("tcp-agent.rules.yml", await File.ReadAllTextAsync(OperatorFiles.Rules, TestContext.Current.CancellationToken));

        await SucceedsAsync("check", "config", folder.Write("prometheus.yml", text.Remove(otlp, next - otlp)));
    }

    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public void Rules_Alerts_SayWhatIsWrongAndWhatToDo(string rules)
    {
        foreach (YamlMappingNode alert in OperatorQueries.Alerts(OperatorFiles.RuleFile(rules)))
        {
            string name = alert["alert"].ToString();
            alert["labels"]["severity"].ToString().ShouldBeOneOf("warning", "critical");
            alert["annotations"]["summary"].ToString().ShouldNotBeEmpty(name);
            alert["annotations"]["runbook"].ToString().Length.ShouldBeGreaterThan(40, name);
        }
    }

    /// <summary>Each case is a host_name of its own among the series of the tests that bear the alert's name.</summary>
    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public void Rules_Alerts_AreTestedInEveryCase(string rules)
    {
        string file = OperatorFiles.RuleFile(rules);
        using var reader = new StreamReader(OperatorFiles.TestsOf(file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        YamlNode[] tests = [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["tests"]).Children];
        foreach (YamlMappingNode alert in OperatorQueries.Alerts(file))
        {
            string name = alert["alert"].ToString();
            string series = string.Concat(
                from test in tests
                where test["name"].ToString().Split(':')[0] == name
                from one in ((YamlSequenceNode)test["input_series"]).Children
                select one["series"].ToString());
            foreach (string one in Cases)
            {
                series.ShouldContain($"host_name=\"{one}\"", Case.Sensitive, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public void Rules_Metrics_AreContracted(string rules)
    {
        string file = OperatorFiles.RuleFile(rules);
        foreach (Query query in (IEnumerable<Query>)[.. OperatorQueries.OfRules(file), .. OperatorQueries.OfAnnotations(file)])
        {
            query.Metrics.Except(Contract.Names.Keys, StringComparer.Ordinal).ShouldBeEmpty(query.ToString());
        }
    }

    private static async Task SucceedsAsync(params string[] arguments)
    {
        await using TestProcess promtool = TestProcess.Start(
            BackendFiles.Require("promtool"), arguments, AgentProgram.Environment([]));
        int code = await promtool.WaitForExitAsync();
        code.ShouldBe(0, promtool.Output.Text + promtool.Error.Text);
    }
}
