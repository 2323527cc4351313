using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests;

public class TcpInstrumentationOptionsTests
{
    [Fact]
    public void Validate_TheDefaults_Pass()
    {
        var options = new TcpInstrumentationOptions();

        options.Validate();

        options.ProcRoot.ShouldBe("/proc");
        options.Namespaces.ShouldBe(NamespaceScope.Own);
        options.ReadTimeout.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(300)]
    public void Validate_TimeoutsAtTheBounds_Pass(double seconds) =>
        Should.NotThrow(new TcpInstrumentationOptions { ReadTimeout = TimeSpan.FromSeconds(seconds) }.Validate);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.0999)]
    [InlineData(300.001)]
    public void Validate_TimeoutsOutsideTheBounds_AreRefused(double seconds) =>
        FaultsOf(new TcpInstrumentationOptions { ReadTimeout = TimeSpan.FromSeconds(seconds) })
            .ShouldHaveSingleItem().ShouldContain("between 0.1 s and 300 s");

    [Theory]
    [InlineData("")]
    [InlineData("proc")]
    [InlineData("./proc")]
    [InlineData(null)]
    public void Validate_AProcRootThatIsNotAbsolute_IsRefused(string? root) =>
        FaultsOf(new TcpInstrumentationOptions { ProcRoot = root! }).ShouldHaveSingleItem().ShouldContain("ProcRoot");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_000, 1_000)]
    public void Validate_NumbersAtTheBounds_Pass(int ports, int listEvery) =>
        Should.NotThrow(new TcpInstrumentationOptions { MaxListenerPorts = ports, ListEvery = listEvery }.Validate);

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void Validate_NumbersOutsideTheBounds_AreRefused(int number)
    {
        FaultsOf(new TcpInstrumentationOptions { MaxListenerPorts = number })
            .ShouldHaveSingleItem().ShouldBe($"MaxListenerPorts must be between 1 and 1000, not {number}.");
        FaultsOf(new TcpInstrumentationOptions { ListEvery = number })
            .ShouldHaveSingleItem().ShouldBe($"ListEvery must be null, or between 1 and 1000, not {number}.");
    }

    [Fact]
    public void Validate_CountingThatCannotBe_IsRefused()
    {
        FaultsOf(new TcpInstrumentationOptions { Counting = (TcpCounting)9 })
            .ShouldHaveSingleItem().ShouldBe("Counting must be Auto, List or Totals, not 9.");
        FaultsOf(new TcpInstrumentationOptions { Counting = TcpCounting.Totals, Source = TcpSource.Procfs })
            .ShouldHaveSingleItem().ShouldContain("with Source Procfs");
    }

    [Fact]
    public void Validate_RoundTripsThatCannotBe_AreRefused()
    {
        FaultsOf(new TcpInstrumentationOptions { Metrics = { RoundTrips = true }, Source = TcpSource.Procfs })
            .ShouldHaveSingleItem().ShouldBe("Metrics:RoundTrips must be false with Source Procfs, which does not tell round-trip times.");
        FaultsOf(new TcpInstrumentationOptions { MaxRoundTripSamples = 99 })
            .ShouldHaveSingleItem().ShouldBe("MaxRoundTripSamples must be between 100 and 100000, not 99.");
    }

    [Fact]
    public void Validate_EveryFault_IsListedAtOnceWithTheAllowedValues()
    {
        OptionsValidationException thrown = Should.Throw<OptionsValidationException>(() => new TcpInstrumentationOptions
        {
            ProcRoot = "proc",
            Namespaces = (NamespaceScope)7,
            ReadTimeout = TimeSpan.Zero,
        }.Validate());

        thrown.Failures.Count().ShouldBe(3);
        thrown.Message.ShouldContain("ProcRoot must be an absolute path, not \"proc\"");
        thrown.Message.ShouldContain("Namespaces must be Own, Host or All, not 7");
        thrown.Message.ShouldContain("ReadTimeout must be between 0.1 s and 300 s, not 0 s");
    }

    [Fact]
    public void AddTcpInstrumentation_WithFaults_ThrowsWhereItIsCalled() =>
        Should.Throw<OptionsValidationException>(
            () => Sdk.CreateMeterProviderBuilder().AddTcpInstrumentation(options => options.ProcRoot = "proc"));

    [Fact]
    public void AddTcpInstrumentation_WithoutABuilder_Throws() =>
        Should.Throw<ArgumentNullException>(() => default(MeterProviderBuilder)!.AddTcpInstrumentation());

    private static IEnumerable<string> FaultsOf(TcpInstrumentationOptions options) =>
        Should.Throw<OptionsValidationException>(options.Validate).Failures;
}
