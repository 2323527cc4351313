using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class ReadingOrderTests
{
    private readonly ReadingOrder _order = new();

    [Fact]
    public void TakeNext_NoCandidates_IsNull() => Order().ShouldBeEmpty();

    /// <summary>A hundred with a hash of their own beside ten that share the node's, and one whose cost is not known.</summary>
    [Fact]
    public void TakeCheap_SomeCostAHundredthOfOthers_TakesThemAndLeavesTheOthersTheirTurns()
    {
        NamespaceSnapshot[] own = [.. Enumerable.Range(0, 100).Select(index => WithCost(0.1 + (index * 0.001), readAt: 9))];
        NamespaceSnapshot[] shared = [.. Enumerable.Range(0, 10).Select(index => WithCost(50, readAt: index))];
        NamespaceSnapshot never = Create(readAt: null);

        Fill([.. shared, never, .. own]);

        _order.TakeCheap(TimeSpan.FromMilliseconds(50)).ToArray().ShouldBe(own);
        Taken().ShouldBe([never, .. shared]);
    }

    [Fact]
    public void TakeCheap_MoreThanTheShareCovers_TakesThoseThatCostMuchLessThanTheNext()
    {
        NamespaceSnapshot[] all = [.. new double[] { 1, 1.5, 4, 5, 6 }.Select((cost, index) => WithCost(cost, readAt: 10 - index))];

        Fill(all);

        _order.TakeCheap(TimeSpan.FromMilliseconds(7)).ToArray().ShouldBe(all[..2]);
        Taken().ShouldBe(all[2..].Reverse());
    }

    /// <summary>Nothing is cheap where all cost the same: the first ones would be read again and again, and the others wait.</summary>
    [Fact]
    public void TakeCheap_AllCostAboutTheSame_LeavesAllTheirTurns()
    {
        NamespaceSnapshot[] all = [.. Enumerable.Range(0, 10).Select(index => WithCost(5 + (index * 0.1), readAt: 10 - index))];

        Fill(all);

        _order.TakeCheap(TimeSpan.FromMilliseconds(12.5)).ToArray().ShouldBeEmpty();
        Taken().ShouldBe(all.Reverse());
    }

    [Fact]
    public void TakeCheap_NothingToSpend_LeavesAllTheirTurns()
    {
        NamespaceSnapshot one = WithCost(0.1, readAt: 1);

        Fill([one]);

        _order.TakeCheap(TimeSpan.Zero).ToArray().ShouldBeEmpty();
        Taken().ShouldBe([one]);
    }

    [Fact]
    public void TakeNext_NeverRead_HaveTwoOfThreeTurns()
    {
        NamespaceSnapshot[] read = [.. Enumerable.Range(0, 3).Select(age => Create(readAt: age))];
        NamespaceSnapshot[] never = [.. Enumerable.Range(0, 4).Select(_ => Create(readAt: null))];

        NamespaceSnapshot[] ordered = Order([.. read, .. never]);

        new[] { ordered[0], ordered[1], ordered[3], ordered[4] }.ShouldBe(never, ignoreOrder: true);
        new[] { ordered[2], ordered[5], ordered[6] }.ShouldBe(read);
    }

    /// <summary>Pods that come and go all the time: each collection finds some that were never read.</summary>
    [Fact]
    public void TakeNext_NewOnesInEveryCollection_TheOldOnesKeepTheirTurn()
    {
        NamespaceSnapshot[] old = [.. Enumerable.Range(0, 10).Select(age => Create(readAt: age))];
        var taken = new HashSet<NamespaceSnapshot>();
        for (int collection = 0; collection < 12; collection++)
        {
            Fill([.. old.Except(taken), .. Enumerable.Range(0, 20).Select(_ => Create(readAt: null))]);
            _ = _order.TakeCheap(TimeSpan.Zero);
            for (int reading = 0; reading < 3; reading++)
            {
                taken.Add(_order.TakeNext()!);
            }
        }

        old.ShouldBeSubsetOf(taken);
    }

    [Fact]
    public void TakeNext_MoversAndOldest_TakeTurns()
    {
        NamespaceSnapshot little = Create(readAt: 5, movement: 1);
        NamespaceSnapshot much = Create(readAt: 6, movement: 100);
        NamespaceSnapshot oldest = Create(readAt: 1);
        NamespaceSnapshot old = Create(readAt: 2);
        NamespaceSnapshot recent = Create(readAt: 9);

        Order(recent, old, oldest, much, little).ShouldBe([much, oldest, old, little, recent]);
    }

    /// <summary>
    /// What keeps the totals, such as connections that their peer closes, is seen within two minutes: of 110 namespaces of
    /// which 14 can be read every 10 s, as beside 10,000 sockets at the default budget, and half change all the time.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(55)]
    [InlineData(109)]
    public void TakeNext_SomeMoveAllTheTime_NoReadingIsOlderThanTwoMinutes(int moving)
    {
        var random = new Random(moving);
        NamespaceSnapshot[] all = [.. Enumerable.Range(0, 110).Select(_ => Create(readAt: 0))];
        for (int now = 10; now < 3_600; now += 10)
        {
            for (int index = 0; index < all.Length; index++)
            {
                all[index].History.Movement = index < moving ? random.Next(1, 1_000) : 0;
            }

            Fill(all);
            _ = _order.TakeCheap(TimeSpan.Zero);
            for (int reading = 0; reading < 14; reading++)
            {
                _order.TakeNext()!.History.ReadAt = now;
            }

            (now - all.Min(one => one.History.ReadAt)).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(120);
        }
    }

    [Fact]
    public void TakeNext_AMoverThatIsAlsoTheOldest_StandsOnce()
    {
        NamespaceSnapshot both = Create(readAt: 1, movement: 100);
        NamespaceSnapshot other = Create(readAt: 2);

        Order(other, both).ShouldBe([both, other]);
    }

    [Fact]
    public void TakeNext_UntilNoneIsLeft_IsAPermutation()
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
    public void TakeNext_OnlyOneCanBeReadInACollection_TheTurnGoesOnInTheNext()
    {
        NamespaceSnapshot mover = Create(readAt: 5, movement: 100);
        NamespaceSnapshot oldest = Create(readAt: 1);
        NamespaceSnapshot[] taken = [.. Enumerable.Range(0, 4).Select(round =>
        {
            Fill([mover, oldest]);
            _ = _order.TakeCheap(TimeSpan.Zero);
            return _order.TakeNext()!;
        })];

        taken.ShouldBe([mover, oldest, oldest, mover]);
    }

    /// <summary>Two of three readings go to the oldest, however wildly others move, and however seldom any is read.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(10, 4)]
    public void TakeNext_ManyRoundsOfAFew_StarveNone(int readings, int every)
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

            Fill(all);
            _ = _order.TakeCheap(TimeSpan.Zero);
            for (int reading = 0; reading < (round % every == 0 ? readings : 0); reading++)
            {
                _order.TakeNext()!.History.ReadAt = ++clock;
            }

            // Each of them makes another the oldest.
            all.Where(one => one.History.ReadAt < clock - (2 * Namespaces)).ShouldBeEmpty();
        }

        all.ShouldAllBe(one => one.History.ReadAt != null);
    }

    [Fact]
    public void TakeNext_OnceGrown_AllocatesNothing()
    {
        NamespaceSnapshot[] all = [.. Enumerable.Range(0, 100).Select(index => Create(index, index % 3))];

        Allocations.InSteadyState(TakeAll, warmUps: 50, rounds: 50).ShouldBe(0);

        void TakeAll()
        {
            Fill(all);
            _ = _order.TakeCheap(TimeSpan.Zero);
            while (_order.TakeNext() is not null)
            {
            }
        }
    }

    private static NamespaceSnapshot Create(long? readAt, long movement = 0) =>
        new(new TcpNamespace("/proc", "1", NamespaceKind.Other, 1)) { History = { ReadAt = readAt, Movement = movement } };

    private static NamespaceSnapshot WithCost(double milliseconds, long readAt)
    {
        NamespaceSnapshot one = Create(readAt);
        one.History.Learn(TimeSpan.FromMilliseconds(milliseconds));
        return one;
    }

    private NamespaceSnapshot[] Order(params NamespaceSnapshot[] candidates)
    {
        Fill(candidates);
        _ = _order.TakeCheap(TimeSpan.Zero);
        return Taken();
    }

    private NamespaceSnapshot[] Taken()
    {
        var taken = new List<NamespaceSnapshot>();
        while (_order.TakeNext() is { } next)
        {
            taken.Add(next);
        }

        return [.. taken];
    }

    private void Fill(NamespaceSnapshot[] candidates)
    {
        _order.Clear();
        foreach (NamespaceSnapshot candidate in candidates)
        {
            _order.Add(candidate);
        }
    }
}
