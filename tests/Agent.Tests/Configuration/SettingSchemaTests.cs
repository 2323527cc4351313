using Agent.Configuration;
using Agent.Tcp;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Configuration;

public sealed class SettingSchemaTests
{
    [Fact]
    public void Apply_Nothing_GivesTheDefaults()
    {
        AgentSettings settings = Apply();

        settings.Tcp.ProcRoot.ShouldBe("/proc");
        settings.Tcp.Namespaces.ShouldBe(NamespaceScope.All);
        settings.Tcp.ReadTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        settings.Logging.Format.ShouldBe(LogFormat.Text);
        settings.Logging.Levels.ShouldHaveSingleItem().ShouldBe(new("Default", LogLevel.Information));
    }

    [Fact]
    public void Apply_EverySettingsDefaultAsWritten_ChangesNothing()
    {
        AgentSettings settings = Apply([.. SettingSchema.All.Select(
            setting => (setting.Key.Replace("*", "Default", StringComparison.Ordinal), setting.Default))]);

        AgentSettings defaults = Apply();
        settings.Tcp.ShouldBeEquivalentTo(defaults.Tcp);
        settings.Logging.ShouldBeEquivalentTo(defaults.Logging);
    }

    [Fact]
    public void Apply_AValueForEveryKey_SetsIt()
    {
        AgentSettings settings = Apply(
            ("Tcp:ProcRoot", "/host/proc"),
            ("tcp:namespaces", "own"),
            ("Tcp:ReadTimeout", "2.5"),
            ("Logging:Format", " JSON "),
            ("Logging:LogLevel:Default", "Warning"),
            ("Logging:LogLevel:Agent.Tcp", "debug"));

        settings.Tcp.ProcRoot.ShouldBe("/host/proc");
        settings.Tcp.Namespaces.ShouldBe(NamespaceScope.Own);
        settings.Tcp.ReadTimeout.ShouldBe(TimeSpan.FromSeconds(2.5));
        settings.Logging.Format.ShouldBe(LogFormat.Json);
        settings.Logging.Levels["Default"].ShouldBe(LogLevel.Warning);
        settings.Logging.Levels["Agent.Tcp"].ShouldBe(LogLevel.Debug);
    }

    [Theory]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData(" 5 ")]
    public void Apply_ATimeInAnotherForm_IsRefusedWithTheForm(string text)
    {
        var faults = new List<string>();
        SettingSchema.Apply([new SettingValue("Tcp:ReadTimeout", text, "test")], faults);

        faults.ShouldHaveSingleItem().ShouldEndWith("A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds.");
    }

    [Fact]
    public void Apply_TheSameKeyTwice_TheLaterWins() =>
        Apply(("Tcp:ProcRoot", "/one"), ("Tcp:ProcRoot", "/two")).Tcp.ProcRoot.ShouldBe("/two");

    [Theory]
    [InlineData("Tcp:ProcRoot", "proc", "an absolute path")]
    [InlineData("Tcp:ProcRoot", "", "an absolute path")]
    [InlineData("Tcp:Namespaces", "1", "Own, Host or All")]
    [InlineData("Tcp:ReadTimeout", "0.09", "a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300")]
    [InlineData("Tcp:ReadTimeout", "00:05:01", "a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300")]
    [InlineData("Logging:Format", "Yaml", "Text or Json")]
    [InlineData("Logging:LogLevel:Default", "Loud", "Trace, Debug, Information, Warning, Error, Critical or None")]
    public void Apply_AValueThatIsNotAllowed_IsAFaultWithWhatIs(string key, string value, string allowed) =>
        Faults((key, value)).ShouldBe([$"test {key}: \"{value}\" is not allowed; it takes {allowed}."]);

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("05:00")]
    public void Apply_NoTime_IsAFaultWithItsForm(string value) => Faults(("Tcp:ReadTimeout", value)).ShouldBe(
        [$"test Tcp:ReadTimeout: \"{value}\" is not allowed; it takes a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300. A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds."]);

    [Theory]
    [InlineData("Tcp:ReadTimeout", "0.1", 0.1)]
    [InlineData("Tcp:ReadTimeout", "300", 300)]
    [InlineData("Tcp:ReadTimeout", "00:00:01.5", 1.5)]
    public void Apply_ATimeAtItsBounds_IsTaken(string key, string value, double seconds) =>
        Apply((key, value)).Tcp.ReadTimeout.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("Tcp:ProcRot", "Did you mean Tcp:ProcRoot?")]
    [InlineData("Tcp:namespace", "Did you mean Tcp:Namespaces?")]
    [InlineData("Loging:Format", "Did you mean Logging:Format?")]
    public void Apply_AnUnknownKey_IsAFaultWithASuggestion(string key, string suggestion) =>
        Faults((key, "x")).ShouldBe([$"test {key}: there is no such setting. {suggestion}"]);

    [Fact]
    public void Apply_AnUnknownVariable_IsSuggestedOne()
    {
        var faults = new List<string>();

        SettingSchema.Apply(
            SettingValues.FromEnvironment(new Dictionary<string, string>(StringComparer.Ordinal) { ["Tcp__Metrics__Service"] = "true" }), faults);

        faults.ShouldBe(["variable Tcp__Metrics__Service: there is no such setting. Did you mean Tcp__Metrics__Services?"]);
    }

    [Fact]
    public void Apply_AKeyLikeNone_IsAFaultThatNamesThemAll() =>
        Faults(("Completely:Else", "x")).ShouldHaveSingleItem()
            .ShouldEndWith($"Known are {string.Join(", ", SettingSchema.All.Select(setting => setting.Key))}.");

    [Fact]
    public void Apply_ALogCategoryWithAColon_IsAFault() =>
        Faults(("Logging:LogLevel:A:B", "Debug")).ShouldHaveSingleItem();

    [Fact]
    public void All_EverySetting_IsDescribed() => SettingSchema.All.ShouldAllBe(
        setting => setting.Description.EndsWith('.') && setting.Allowed.Length > 0
            && (setting.Default.Length > 0 || setting.Allowed.Contains("or empty", StringComparison.Ordinal)));

    private static AgentSettings Apply(params (string Key, string Value)[] values)
    {
        var faults = new List<string>();
        AgentSettings settings = SettingSchema.Apply(Values(values), faults);
        faults.ShouldBeEmpty();
        return settings;
    }

    private static List<string> Faults(params (string Key, string Value)[] values)
    {
        var faults = new List<string>();
        SettingSchema.Apply(Values(values), faults);
        return faults;
    }

    private static IEnumerable<SettingValue> Values((string Key, string Value)[] values) =>
        values.Select(value => new SettingValue(value.Key, value.Value, $"test {value.Key}"));
}
