using Agent.Tcp.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>Meter providers of one process: the SDK gives each the meters of all, by their name.</summary>
[Collection(MetersCollection.Name)]
public sealed class TwoProvidersTests : IDisposable
{
    private readonly ProcFixture _proc = new();

    public TwoProvidersTests()
    {
        _proc.WriteHost(inet: 3, inet6: 4);
        _proc.Write("1", "snmp", NetFiles.Opens(0));
    }

    public void Dispose() => _proc.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_OfOne_LeavesTheOtherWithAllItsMetrics(bool firstEnds)
    {
        using MeterHarness first = Public(_proc, NamespaceScope.Host);
        using MeterHarness second = Public(_proc, NamespaceScope.Host);
        string[] metrics = [.. first.Collect().Keys];
        second.Collect().Keys.ShouldBe(metrics, ignoreOrder: true);
        (MeterHarness ends, MeterHarness goesOn) = firstEnds ? (first, second) : (second, first);

        ends.Dispose();

        for (int collection = 0; collection < 4; collection++)
        {
            Dictionary<string, ExportedMetric> collected = goesOn.Collect();
            collected.Keys.ShouldBe(metrics, ignoreOrder: true);
            collected[Connections].Sum.ShouldBe(7);
        }
    }

    /// <summary>A counter starts with the first provider, and goes on when others come and go.</summary>
    [Fact]
    public void Counters_WhileASecondProviderComesAndGoes_GoOn()
    {
        using MeterHarness first = Public(_proc, NamespaceScope.Host);
        long Opens() => first.Collect()["tcp.connection.opens"].Sum;
        Opens().ShouldBe(0);
        _proc.Write("1", "snmp", NetFiles.Opens(100));
        Opens().ShouldBe(100);

        using (MeterHarness second = Public(_proc, NamespaceScope.Host))
        {
            second.Collect();
            Opens().ShouldBe(100);
        }

        Opens().ShouldBe(100);
    }

    [Fact]
    public void AddTcpInstrumentation_WithOtherOptions_UsesThoseOfTheFirstAndSaysSo()
    {
        using MeterHarness first = Public(_proc, NamespaceScope.Host);
        using MeterHarness second = Public(options => (options.ProcRoot, options.Namespaces, options.SemanticConventions) = (_proc.Root, NamespaceScope.Host, true));

        second.Collect().ShouldNotContainKey("system.network.connection.count");

        second.Collect()[Connections].Sum.ShouldBe(7);
        second.Log.Lines.ShouldHaveSingleItem().Message.ShouldContain("with other options");
        first.Log.Lines.ShouldBeEmpty();
    }
}
