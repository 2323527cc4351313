using System.Globalization;
using Agent.Configuration;
using Agent.Tcp;
using Shouldly;
using Xunit;

namespace Agent.Tests.Documentation;

/// <summary>The README's tables say what the code says.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Readme_States_AreTheTablesOfTheCode()
    {
        foreach (TcpStateInfo state in TcpStates.All)
        {
            string code = state.Code.ToString("X2", CultureInfo.InvariantCulture);
            Readme.ShouldContain(
                $"| {code} | {state.KernelName} | {state.MetricValue} | {state.SsName} | {state.NetstatName ?? "–"} | {state.Meaning} |");
        }
    }

    /// <summary>AGENT_TEST_REWRITE_README=1 rewrites the table.</summary>
    [Fact]
    public void Readme_Metrics_AreThoseOfTheCode()
    {
        string expected = MetricReference.Rewrite(Readme);
        if (Environment.GetEnvironmentVariable("AGENT_TEST_REWRITE_README") is { Length: > 0 })
        {
            File.WriteAllText(Path.Combine(Repository.Root, "README.md"), expected);
        }

        Readme.ShouldContain(MetricReference.Header);
        Readme.ShouldBe(expected, "If it is meant, run this test with AGENT_TEST_REWRITE_README=1 and commit the README.");
    }

    [Fact]
    public void Readme_Settings_AreTheSchemas()
    {
        foreach (Setting setting in SettingSchema.All)
        {
            string standard = setting.Default.Length > 0 ? $"`{setting.Default}`" : "";
            Readme.ShouldContain($"| `{setting.Key}` | {standard} | {setting.Allowed} | {setting.Description} |");
        }
    }

    [Fact]
    public void Readme_Sample_IsTheOneThatIsCompiledAndRun() => Readme.ShouldContain(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Agent.Tcp.Sample", "Program.cs")));

    [Fact]
    public void DefaultConfiguration_EveryKey_IsKnownAndAtItsDefault()
    {
        var faults = new List<string>();
        IReadOnlyList<SettingValue> values = SettingValues.FromFile(
            Path.Combine(Repository.Root, "config", "appsettings.json"), faults);
        SettingSchema.Apply(values, faults);

        faults.ShouldBeEmpty();
        foreach (Setting setting in SettingSchema.All)
        {
            values.ShouldContain(
                value => setting.Matches(value.Key) && value.Value.Equals(setting.Default, StringComparison.OrdinalIgnoreCase),
                $"{setting.Key} is missing, or not at its default {setting.Default}");
        }
    }
}
