using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Config;

/// <summary>The alerting rules and Prometheus' configuration, by Prometheus' own tool.</summary>
public sealed class RuleTests
{
    private static readonly string[] Cases = ["birth", "restart", "burst", "gap", "growth", "recovery"];

    [Fact]
    public async Task Promtool_CheckRules_FindsNothing() =>
        await SucceedsAsync("check", "rules", "--lint=all", "--lint-fatal", OperatorFiles.Rules);

    [Fact]
    public async Task Promtool_TestRules_EveryAlertFiresWhenItShould() =>
        await SucceedsAsync("test", "rules", Path.Combine(OperatorFiles.Prometheus, "tcp-agent.rules.test.yml"));

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

    [Fact]
    public void Rules_Alerts_SayWhatIsWrongAndWhatToDo()
    {
        YamlMappingNode[] alerts = [.. OperatorQueries.Alerts()];

        alerts.ShouldNotBeEmpty();
        foreach (YamlMappingNode alert in alerts)
        {
            string name = alert["alert"].ToString();
            alert["labels"]["severity"].ToString().ShouldBeOneOf("warning", "critical");
            alert["annotations"]["summary"].ToString().ShouldNotBeEmpty(name);
            alert["annotations"]["runbook"].ToString().Length.ShouldBeGreaterThan(40, name);
        }
    }

    /// <summary>Each case is a host_name of its own among the series of the tests that bear the alert's name.</summary>
    [Fact]
    public void Rules_Alerts_AreTestedInEveryCase()
    {
        using var reader = new StreamReader(Path.Combine(OperatorFiles.Prometheus, "tcp-agent.rules.test.yml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        YamlNode[] tests = [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["tests"]).Children];
        foreach (YamlMappingNode alert in OperatorQueries.Alerts())
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

    [Fact]
    public void Rules_Metrics_AreContracted()
    {
        foreach (Query query in (IEnumerable<Query>)[.. OperatorQueries.OfRules(), .. OperatorQueries.OfAnnotations()])
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
