using System.Diagnostics.Metrics;
using Agent.Export.Telemetry;

namespace Agent.Tests.Export.Telemetry;

public sealed class ErrorTallyTests
{
    [Fact]
    public void Observe_CountsByType_AndWhatIsAlwaysThereAtZero()
    {
        var tally = new ErrorTally("size", "age");
        tally.Add("age", 2);
        tally.Add("other");
        tally.Add("age");

        Read(tally).ShouldBe([("size", 0), ("age", 3), ("other", 1)]);
        tally["age"].ShouldBe(3);
        tally["never"].ShouldBe(0);
    }

    [Fact]
    public void Add_Nothing_MakesNoSeries()
    {
        var tally = new ErrorTally();
        tally.Add("timeout", 0);
        tally.Add("timeout", -1);

        Read(tally).ShouldBeEmpty();
    }

    [Fact]
    public void Add_EndlesslyManyTypes_EndInOne()
    {
        var tally = new ErrorTally();
        for (int type = 0; type < 1000; type++)
        {
            tally.Add($"type-{type}");
        }

        Read(tally).Count.ShouldBe(51);
        tally["_OTHER"].ShouldBe(950);
    }

    [Fact]
    public void Observe_TwoListenersAtOnce_EachSeesAll()
    {
        var tally = new ErrorTally("a", "b");
        using IEnumerator<Measurement<long>> first = tally.Observe().GetEnumerator();
        first.MoveNext().ShouldBeTrue();

        Read(tally).Count.ShouldBe(2);
        first.MoveNext().ShouldBeTrue();
        first.MoveNext().ShouldBeFalse();
    }

    [Fact]
    public void Observe_NothingChanged_AllocatesNothing()
    {
        var tally = new ErrorTally("size");
        tally.Add("timeout");
        Enumerate(tally);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            Enumerate(tally);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Enumerate(ErrorTally tally)
    {
        foreach (Measurement<long> unused in tally.Observe())
        {
            _ = unused.Value;
        }
    }

    private static List<(string Type, long Count)> Read(ErrorTally tally)
    {
        var read = new List<(string, long)>();
        foreach (Measurement<long> measurement in tally.Observe())
        {
            read.Add(((string)measurement.Tags[0].Value!, measurement.Value));
        }

        return read;
    }
}
