using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Series;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

public class MeasurementBufferTests
{
    [Fact]
    public void TryRent_WhileItIsRead_IsRefusedUntilTheEnumerationEnds()
    {
        var buffer = new MeasurementBuffer<long>();
        buffer.TryRent().ShouldBeTrue();
        buffer.Add(new Measurement<long>(1));

        buffer.TryRent().ShouldBeFalse();
        buffer.Select(measurement => measurement.Value).ShouldBe([1]);

        buffer.TryRent().ShouldBeTrue();
        buffer.ShouldBeEmpty();
    }

    [Fact]
    public void Add_MoreThanItHolds_GrowsAndKeepsTheOrder()
    {
        var buffer = new MeasurementBuffer<long>();
        buffer.TryRent();
        for (int value = 0; value < 1_000; value++)
        {
            buffer.Add(new Measurement<long>(value));
        }

        buffer.Select(measurement => (int)measurement.Value).ShouldBe(Enumerable.Range(0, 1_000));
    }
}
