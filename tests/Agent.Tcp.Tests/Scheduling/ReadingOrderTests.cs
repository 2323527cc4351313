using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class ReadingOrderTests
{
    private readonly ReadingOrder _order = new();

    [Fact]
    public void Order_NoCandidates_IsEmpty() => _order.Order().ShouldBeEmpty();

    [Fact]
    public void Order_NeverRead_ComeFirst()
    {
        NamespaceSnapshot mover = Create(readAt: 5, movement: 1_000);
        NamespaceSnapshot old = Create(readAt: 1);
        NamespaceSnapshot never = Create(readAt: null);
        NamespaceSnapshot neverToo = Create(readAt: null);

        NamespaceSnapshot[] ordered = Order(mover, old, never, neverToo);

        ordered[..2].ShouldBe([never, neverToo], ignoreOrder: true);
        ordered[2..].ShouldBe([mover, old]);
    }

    [Fact]
    public void Order_MoversAndOldest_TakeTurns()
    {
        NamespaceSnapshot little = Create(readAt: 5, movement: 1);
        NamespaceSnapshot much = Create(readAt: 6, movement: 100);
        NamespaceSnapshot oldest = Create(readAt: 1);
        NamespaceSnapshot old = Create(readAt: 2);
        NamespaceSnapshot recent = Create(readAt: 9);

        Order(recent, old, oldest, much, little).ShouldBe([much, oldest, little, old, recent]);
    }

    [Fact]
    public void Order_AMoverThatIsAlsoTheOldest_StandsOnce()
    {
        NamespaceSnapshot both = Create(readAt: 1, movement: 100);
        NamespaceSnapshot other = Create(readAt: 2);

        Order(other, both).ShouldBe([both, other]);
    }

    [Fact]
    public void Order_Any_IsAPermutation()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (int round = 0; round < 200; round++)
        {
            NamespaceSnapshot[] candidates =
            [
                .. Enumerable.Range(0, random.Next(40)).Select(_ =>
                    Create(random.Next(4) == 0 ? null : random.Next(10), Math.Max(0, random.Next(-5, 5)))),
            ];

            Order(candidates).ShouldBe(candidates, ignoreOrder: true);
        }
    }

    [Fact]
    public void Order_TheFirstWasRead_TheOtherSideComesFirst()
    {
        NamespaceSnapshot mover = Create(readAt: 5, movement: 100);
        NamespaceSnapshot oldest = Create(readAt: 1);
        Order(mover, oldest)[0].ShouldBe(mover);
        Order(mover, oldest)[0].ShouldBe(mover, "it has not been read");

        mover.History.ReadAt = 6;
        Order(mover, oldest)[0].ShouldBe(oldest);
        oldest.History.ReadAt = 7;
        Order(mover, oldest)[0].ShouldBe(mover);
    }

    /// <summary>About half of the readings go to the oldest, however wildly others move, and however seldom any is read.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(10, 4)]
    public void Order_ManyRoundsOfAFew_StarveNone(int readings, int every)
    {
        const int Namespaces = 100;
        const int Rounds = 5_000;
        var random = new Random(readings);
        NamespaceSnapshot[] all = [.. Enumerable.Range(0, Namespaces).Select(_ => Create(readAt: null))];
        long clock = 0;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (NamespaceSnapshot one in all.AsSpan(0, Namespaces / 2))
            {
                one.History.Movement = random.Next(1, 1_000);
            }

            foreach (NamespaceSnapshot one in Order(all).Take(round % every == 0 ? readings : 0))
            {
                one.History.ReadAt = ++clock;
            }

            // At worst a third of the readings are the oldest's, and each of them makes another the oldest.
            all.Where(one => one.History.ReadAt < clock - (3 * Namespaces)).ShouldBeEmpty();
        }

        all.ShouldAllBe(one => one.History.ReadAt != null);
    }

    [Fact]
    public void Order_OnceGrown_AllocatesNothing()
    {
        NamespaceSnapshot[] all = [.. Enumerable.Range(0, 100).Select(index => Create(index, index % 3))];

        Allocations.InSteadyState(() => Fill(all), warmUps: 50, rounds: 50).ShouldBe(0);
    }

    private static NamespaceSnapshot Create(long? readAt, long movement = 0) =>
        new(new TcpNamespace("/proc", "1", NamespaceKind.Other, 1)) { History = { ReadAt = readAt, Movement = movement } };

    private NamespaceSnapshot[] Order(params NamespaceSnapshot[] candidates)
    {
        Fill(candidates);
        return [.. _order.Order()];
    }

    private void Fill(NamespaceSnapshot[] candidates)
    {
        _order.Clear();
        foreach (NamespaceSnapshot candidate in candidates)
        {
            _order.Add(candidate);
        }

        _order.Order();
    }
}
