using Agent.Export.Transport;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Transport;

public sealed class OtelVariablesTests
{
    private readonly List<string> _faults = [];

    [Theory]
    [InlineData("value", "value")]
    [InlineData("  value ", "value")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    public void Text_EmptyCountsAsUnset(string set, string? expected) =>
        Of(("OTEL_X", set)).Text("OTEL_X").ShouldBe(expected);

    [Fact]
    public void Exporter_PerSignal_WinsUnlessEmpty()
    {
        OtelVariables variables = Of(
            ("OTEL_EXPORTER_OTLP_HEADERS", "general"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "own"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "general"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", ""));

        variables.Exporter("HEADERS").ShouldBe(new OtelVariable("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "own"));
        variables.Exporter("ENDPOINT").ShouldBe(new OtelVariable("OTEL_EXPORTER_OTLP_ENDPOINT", "general"));
        variables.Exporter("TIMEOUT").ShouldBe(new OtelVariable("OTEL_EXPORTER_OTLP_TIMEOUT", null));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("5s", null)]
    [InlineData("5.5", null)]
    [InlineData("86400000", 86_400_000)]
    [InlineData("86400001", null)]
    [InlineData("2147483647", null)]
    [InlineData("99999999999", null)]
    public void Milliseconds_WholeNumbersFromTheLeast_AreTaken(string text, int? expected)
    {
        Of().Milliseconds(new OtelVariable("OTEL_T", text), fallback: 7, least: 1).ShouldBe(expected ?? 7);

        _faults.ShouldBe(expected is null
            ? [$"variable OTEL_T: \"{text}\" is not allowed; it takes a whole number of milliseconds from 1 to 86400000."]
            : []);
    }

    [Fact]
    public void Choice_AnotherWord_IsAFaultThatListsTheChoices()
    {
        Of().Choice(new OtelVariable("OTEL_C", "GZIP"), 0, ("none", 1), ("gzip", 2)).ShouldBe(2);
        Of().Choice(new OtelVariable("OTEL_C", "zstd"), 0, ("none", 1), ("gzip", 2)).ShouldBe(0);

        _faults.ShouldBe(["variable OTEL_C: \"zstd\" is not allowed; it takes none, gzip."]);
    }

    private OtelVariables Of(params (string Name, string Value)[] variables) => Variables.Of(variables, _faults);
}
