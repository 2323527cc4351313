using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

[Collection(MetersCollection.Name)]
public sealed class TcpMetricsErrorTests : IDisposable
{
    private readonly ProcFixture _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void ReadErrors_OfEveryCollection_AreCountedByTypeAndLoggedOnceAndOnceWhenGone()
    {
        _proc.Write("1", "tcp", "torn\n" + ProcRows.Rows(1, 0x0E));
        Directory.CreateDirectory(_proc.Tcp6);
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);

        for (int collection = 1; collection <= 3; collection++)
        {
            ErrorsOf(meter.Collect()).ShouldBe(
                new Dictionary<string, long>(StringComparer.Ordinal)
                {
                    ["error.type=malformed_row"] = collection,
                    ["error.type=unknown_state"] = collection,
                    ["error.type=io"] = collection,
                },
                ignoreOrder: true);
            meter.Log.Lines.Count.ShouldBe(3, "each is logged once");
        }

        meter.Log.Lines.ShouldAllBe(line => line.Level == LogLevel.Warning && line.Category == "Agent.Tcp");
        meter.Log.Lines.ShouldContain(line => line.Message.Contains(_proc.Tcp6, StringComparison.Ordinal));

        Directory.Delete(_proc.Tcp6);
        _proc.WriteHost(1, 1);
        meter.Collect()[Errors].Sum.ShouldBe(9, "counters stay");
        meter.Collect();

        meter.Log.Lines.Skip(3).Select(line => line.Level).ShouldBe([LogLevel.Information, LogLevel.Information, LogLevel.Information]);
    }

    [Fact]
    public void ReadErrors_ThatComeBack_AreLoggedAgain()
    {
        _proc.WriteHost(1, 1);
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);
        foreach (string text in (string[])["torn\n", "", "torn\n"])
        {
            _proc.Write("1", "tcp", ProcRows.Header4 + "\n" + text);
            meter.Collect();
        }

        meter.Log.Lines.Select(line => line.Level).ShouldBe([LogLevel.Warning, LogLevel.Information, LogLevel.Warning]);
    }

    [Fact]
    public void ReadErrors_WithoutAny_AreThereAs0FromTheFirstCollection()
    {
        _proc.WriteHost(1, 1);
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);

        meter.Collect()[Errors].Points.ShouldBe(
            TcpMetricDefinitions.Errors.Attributes[0].Values.ToDictionary(type => $"error.type={type}", _ => 0L, StringComparer.Ordinal),
            ignoreOrder: true);
    }

    [Fact]
    public void Collect_WhenNothingCanBeRead_DoesNotThrowAndReportsTheErrorsOnly()
    {
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);

        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        metrics.ContainsKey(Connections).ShouldBeFalse();
        ErrorsOf(metrics).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["error.type=not_found"] = 2 });
    }

    [Fact]
    public void Collect_WhenTheReaderThrows_IsAbsentCountedAndLoggedOnceAndGoesOn()
    {
        _proc.WriteHost(1, 1);
        var time = new ManualTime();
        using MeterHarness meter = WithTime(_proc, time);
        meter.Collect()[Connections].Sum.ShouldBe(2);

        time.OnUtcRead = _ => throw new InvalidOperationException("a fault of the test's own");
        for (int failure = 1; failure <= 3; failure++)
        {
            Dictionary<string, ExportedMetric> failed = meter.Collect();
            failed.ContainsKey(Connections).ShouldBeFalse();
            ErrorsOf(failed).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal) { ["error.type=io"] = failure });
            meter.Log.Lines.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Error);
        }

        time.OnUtcRead = null;
        meter.Collect()[Connections].Sum.ShouldBe(2);
    }
}
