using System.Text.RegularExpressions;
using Agent.Configuration;
using Agent.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tests.Documentation;

/// <summary>The pages' tables, and the default configuration, are those of the code.</summary>
public sealed partial class ReferenceTableTests
{
    public static TheoryData<string> Tables => [nameof(ReferenceTable.Metrics), nameof(ReferenceTable.Settings), nameof(ReferenceTable.States)];

    /// <summary>AGENT_TEST_REWRITE_DOCS=1 rewrites the tables.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void Table_OfAPage_IsThatOfTheCode(string name)
    {
        ReferenceTable table = Named(name);
        string page = File.ReadAllText(table.File);
        string expected = table.Rewrite(page);
        if (Environment.GetEnvironmentVariable("AGENT_TEST_REWRITE_DOCS") is { Length: > 0 })
        {
            File.WriteAllText(table.File, expected);
        }

        table.Rows.ShouldNotBeEmpty();
        page.ShouldBe(expected, $"If it is meant, run this test with AGENT_TEST_REWRITE_DOCS=1 and commit {table.Page}.");
    }

    [Fact]
    public void Settings_EveryVariableOfOpenTelemetryInTheCode_IsExplained()
    {
        string page = File.ReadAllText(ReferenceTable.Settings.File);
        string[] variables =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, "src", "Agent"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Variable().Matches(File.ReadAllText(file)))
                .Select(match => match.Value)
                .Distinct(StringComparer.Ordinal),
        ];

        variables.ShouldNotBeEmpty();
        variables.ShouldAllBe(variable => page.Contains(variable, StringComparison.Ordinal));
    }

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

    private static ReferenceTable Named(string name) => name switch
    {
        nameof(ReferenceTable.Metrics) => ReferenceTable.Metrics,
        nameof(ReferenceTable.Settings) => ReferenceTable.Settings,
        _ => ReferenceTable.States,
    };

    [GeneratedRegex("OTEL_[A-Z_]*[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
