using Agent.Tcp.Metrics;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

public class CollectionGateTests
{
    /// <summary>Which instruments are asked, and (T) where a collection begins.</summary>
    [Theory]
    [InlineData("0 1 2 0 1 2", "TFFTFF", "one reader")]
    [InlineData("0 0 0", "TTT", "one instrument is left")]
    [InlineData("1 2 1 2", "TFTF", "a view drops the first instrument")]
    [InlineData("0 2 0 2", "TFTF", "a view drops one in the middle")]
    [InlineData("2 1 0 2 1 0", "TFFTFF", "another order")]
    [InlineData("0 1 0 0 1", "TFTTF", "a listener to one instrument between two collections")]
    [InlineData("31 0 31", "TFT", "the last number")]
    public void Enter_ASequence_BeginsWhereAnInstrumentIsAskedAgain(string sequence, string begins, string case_)
    {
        var gate = new CollectionGate(new FiringTime());

        string answers = string.Concat(sequence.Split(' ').Select(instrument => Enter(gate, int.Parse(instrument)) ? 'T' : 'F'));

        answers.ShouldBe(begins, case_);
    }

    [Fact]
    public void Enter_AnotherListenersOldSnapshot_IsNotServed()
    {
        var clock = new FiringTime();
        var gate = new CollectionGate(clock);
        Enter(gate, 1).ShouldBeTrue();

        clock.Advance(CollectionGate.MaxAge);
        Enter(gate, 0).ShouldBeFalse();
        clock.Advance(TimeSpan.FromTicks(1));
        Enter(gate, 2).ShouldBeTrue();
    }

    private static bool Enter(CollectionGate gate, int instrument)
    {
        bool begins = gate.Enter(instrument);
        if (begins)
        {
            gate.Taken();
        }

        return begins;
    }
}
