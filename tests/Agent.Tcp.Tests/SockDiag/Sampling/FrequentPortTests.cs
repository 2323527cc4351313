using Agent.Tcp.SockDiag.Sampling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

public sealed class FrequentPortTests
{
    /// <summary>In any order of the others, which are many.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.3)]
    public void Most_APortOfMany_IsThat(double share)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var frequent = new FrequentPort();
            for (int connection = 0; connection < 10_000; connection++)
            {
                frequent.Add(random.NextDouble() < share ? (ushort)50_051 : (ushort)random.Next(32_768, 61_000));
            }

            frequent.Most.ShouldBe((ushort)50_051);
        }
    }

    [Fact]
    public void Most_OfTwo_IsTheGreater()
    {
        var frequent = new FrequentPort();
        for (int connection = 0; connection < 1_000; connection++)
        {
            frequent.Add((ushort)(connection % 3 == 0 ? 50_000 : 50_051));
        }

        frequent.Most.ShouldBe((ushort)50_051);
    }

    [Fact]
    public void Most_OfNone_IsNone()
    {
        var frequent = new FrequentPort();
        frequent.Most.ShouldBe((ushort)0);
        frequent.Add(50_051);
        frequent.Clear();
        frequent.Most.ShouldBe((ushort)0);
    }
}
