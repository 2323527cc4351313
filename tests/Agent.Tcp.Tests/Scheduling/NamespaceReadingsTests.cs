using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>Which namespaces are read, and what becomes of the others. Pods 11, 12 and 13 have as many connections.</summary>
public sealed class NamespaceReadingsTests : IDisposable
{
    private const double Share = 0.02;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly TcpInstrumentationOptions _options = new() { CollectionTimeout = Timeout };
    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();
    private readonly NamespaceDiscovery _discovery;
    private readonly LiveNamespaces _live = new();
    private readonly List<ReadError> _errors = [];
    private readonly TcpSnapshot _snapshot = new();
    private readonly CpuBudget _budget;
    private readonly NamespaceReadings _readings;

    public NamespaceReadingsTests()
    {
        _node.WriteEstablished(1, 1);
        foreach (int pod in (int[])[11, 12, 13])
        {
            _node.Start(pod).WriteEstablished(pod, pod).WriteTotals(pod, pod, timeWait: 0, inet6: 0);
        }

        _discovery = new NamespaceDiscovery(_node.Root);
        _budget = new CpuBudget(Share, _time);
        _readings = Readings(_budget, _time);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void ReadAll_ProvenEmptyButBoundInactiveIsAskedFor_ReadsAllTheSame()
    {
        _options.BoundInactive = true;
        _node.WriteTotals(12, inet: 0, timeWait: 0, inet6: 0);
        _budget.Spend(TimeSpan.FromHours(1));

        ReadAll();

        _live.Snapshots[2].Status.ShouldBe(NamespaceStatus.Deferred, "its totals do not count such sockets");
    }

    [Fact]
    public void ReadAll_WithinTheBudget_ReadsAll()
    {
        ReadAll();

        Totals().ShouldBe([1, 11, 12, 13]);
        Statuses().ShouldAllBe(status => status == NamespaceStatus.Read);
        _errors.ShouldBeEmpty();
        _snapshot.OldestAge.ShouldBe(TimeSpan.Zero);
        _readings.CpuSpent.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void ReadAll_NothingLeftToSpend_ReadsTheHostAndDefersTheRest()
    {
        _budget.Spend(TimeSpan.FromHours(1));

        ReadAll();

        Totals().ShouldBe([1, 0, 0, 0]);
        Statuses().ShouldBe([NamespaceStatus.Read, NamespaceStatus.Deferred, NamespaceStatus.Deferred, NamespaceStatus.Deferred]);
        _live.Snapshots.Skip(1).ShouldAllBe(one => !one.Reading.HasResult, "what was never read is absent");
        _snapshot.Count(NamespaceStatus.Deferred).ShouldBe(3);
        _snapshot.OldestAge.ShouldBe(TimeSpan.Zero, "they have just been found");

        _time.Advance(TimeSpan.FromSeconds(40));
        ReadAll();
        _snapshot.OldestAge.ShouldBe(TimeSpan.FromSeconds(40), "what was never read is as old as it is known");
    }

    [Fact]
    public void ReadAll_OneFamilyFails_TheNamespaceHasFailedUntilItIsReadWhole()
    {
        ReadAll();
        Directory.CreateDirectory(_node.PathOf(12, "tcp6"));
        _node.WriteTotals(12, inet: 12, timeWait: 0, inet6: 1);
        _time.Advance(TimeSpan.FromSeconds(10));
        ReadAll();

        Statuses().ShouldBe([NamespaceStatus.Read, NamespaceStatus.Read, NamespaceStatus.Failed, NamespaceStatus.Read]);
        _live.Snapshots[2].Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read, "the families fail independently");
        _snapshot.OldestAge.ShouldBe(TimeSpan.FromSeconds(10), "of the last reading without a failure");

        _budget.Spend(TimeSpan.FromHours(1));
        ReadAll();
        Statuses()[2].ShouldBe(NamespaceStatus.Failed, "it was left out this time, and a part of it is still unknown");

        Directory.Delete(_node.PathOf(12, "tcp6"));
        _node.WriteTotals(12, inet: 0, timeWait: 0, inet6: 0);
        ReadAll();
        Statuses()[2].ShouldBe(NamespaceStatus.Read);
    }

    /// <summary>This process has spent far more CPU time by now than the budget holds.</summary>
    [Fact]
    public void ReadAll_FirstOfAWholeProcess_IsNotChargedForStarting()
    {
        _options.IsWholeProcess = true;

        ReadAll();

        Totals().ShouldBe([1, 11, 12, 13]);
    }

    [Fact]
    public void ReadAll_WholeProcessSpentTheBudgetElsewhere_DefersTheRest()
    {
        _options.IsWholeProcess = true;
        ReadAll();
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - begun < TimeSpan.FromSeconds(0.3))
        {
        }

        MoveTotals();
        ReadAll();

        Statuses()[1..].ShouldBe([NamespaceStatus.Deferred, NamespaceStatus.Deferred, NamespaceStatus.Deferred]);
    }

    [Fact]
    public void Unread_OfAReadingThatWasStopped_SaysHowManyOfHowMany()
    {
        ReadAll();
        _snapshot.Unread(_options).ShouldBeNull();
        _budget.Spend(TimeSpan.FromHours(1));
        MoveTotals();
        ReadAll();

        ReadError error = _snapshot.Unread(_options).ShouldNotBeNull();

        error.Failure.ShouldBe(ReadFailure.Timeout);
        error.Message.ShouldContain("3 of 4 network namespaces were not read");
    }

    [Fact]
    public void ReadAll_Deferred_KeepsTheLastReadingAndItsAge()
    {
        ReadAll();
        MakeDear(11, 12, 13);
        MoveTotals();
        _budget.Spend(TimeSpan.FromHours(1));
        _node.WriteEstablished(1, 2).WriteEstablished(11, 99);
        _time.Advance(TimeSpan.FromSeconds(30));

        ReadAll();

        Totals().ShouldBe([2, 11, 12, 13]);
        _snapshot.Count(NamespaceStatus.Read).ShouldBe(1);
        _snapshot.Count(NamespaceStatus.Deferred).ShouldBe(3);
        _snapshot.OldestAge.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void ReadAll_TheBudgetComesBack_ReadsTheDeferred()
    {
        _budget.Spend(TimeSpan.FromSeconds(1));
        ReadAll();
        Totals().ShouldBe([1, 0, 0, 0]);

        _time.Advance(TimeSpan.FromMinutes(5));
        ReadAll();

        Totals().ShouldBe([1, 11, 12, 13]);
    }

    /// <summary>They need not be read for that, and the age says that they were not.</summary>
    [Fact]
    public void ReadAll_TotalsAsTheyWereAndNothingLeftToSpend_CountsAsReadForAMinute()
    {
        ReadAll();
        MakeDear(11, 12, 13);
        _budget.Spend(TimeSpan.FromHours(1));
        _node.WriteTotals(12, 12, timeWait: 1, inet6: 0);
        _time.Advance(ReadingHistory.Confirmable - TimeSpan.FromSeconds(1));
        ReadAll();

        Statuses().ShouldBe([NamespaceStatus.Read, NamespaceStatus.Read, NamespaceStatus.Deferred, NamespaceStatus.Read]);
        Totals().ShouldBe([1, 11, 12, 13]);
        _snapshot.OldestAge.ShouldBe(ReadingHistory.Confirmable - TimeSpan.FromSeconds(1));

        File.Delete(_node.PathOf(13, "sockstat"));
        ReadAll();
        Statuses()[3].ShouldBe(NamespaceStatus.Deferred, "whether it moved is not known");

        _time.Advance(TimeSpan.FromSeconds(0.5));
        ReadAll();
        Statuses()[1].ShouldBe(NamespaceStatus.Read);
        _budget.Spend(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        ReadAll();
        _live.Snapshots.Skip(1).Count(one => one.Status == NamespaceStatus.Read).ShouldBe(3, "a minute is over: they are read, as that costs little");
    }

    [Fact]
    public void ReadAll_TotalsAsTheyWereButAFamilyFailed_HasFailed()
    {
        Directory.CreateDirectory(_node.PathOf(12, "tcp6"));
        _node.WriteTotals(12, inet: 12, timeWait: 0, inet6: 1);
        ReadAll();
        _budget.Spend(TimeSpan.FromHours(1));

        ReadAll();

        Statuses()[2].ShouldBe(NamespaceStatus.Failed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadAll_ProvenEmpty_DoesNotReadTheTables(bool hasIpv6)
    {
        // Tables that would be errors if they were read.
        _node.Write(12, "tcp", "torn\n").Write(12, "tcp6", "torn\n").WriteTotals(12, inet: 0, timeWait: 0, inet6: 0);
        if (!hasIpv6)
        {
            File.Delete(_node.PathOf(12, "sockstat6"));
        }

        _budget.Spend(TimeSpan.FromHours(1));
        ReadAll();

        _errors.ShouldBeEmpty();
        NamespaceSnapshot empty = _live.Snapshots[2];
        empty.Status.ShouldBe(NamespaceStatus.Read, "that costs no budget worth the name");
        empty.Reading.Counts.Total.ShouldBe(0);
        empty.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        empty.Reading[SocketFamily.Inet6].ShouldBe(hasIpv6 ? FamilyStatus.Read : FamilyStatus.Unsupported);
        _live.Snapshots[1].Status.ShouldBe(NamespaceStatus.Deferred);
    }

    [Theory]
    [InlineData(0, 1, 0, 12 + 5)]
    [InlineData(0, 0, 1, 5)]
    [InlineData(1, 0, 0, 12)]
    public void ReadAll_NotProvenEmpty_ReadsTheTablesThatMayHaveRows(int inet, int timeWait, int inet6, int expected)
    {
        _node.Write(12, "tcp6", ProcRows.Rows(5, 0x01, ProcRows.Loopback6)).WriteTotals(12, inet, timeWait, inet6);

        ReadAll();

        Totals().ShouldBe([1, 11, expected, 13]);
        _live.Snapshots[2].Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        _live.Snapshots[2].Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Read);
        _errors.ShouldBeEmpty();
    }

    /// <summary>What they cost is not known before: those that turn out to be cheap must not wait a minute for each other.</summary>
    [Fact]
    public void ReadAll_NeverAnythingLeft_ReadsTheOthersAfterAMinuteForAQuarterOfTheBudget()
    {
        _budget.Spend(TimeSpan.FromHours(1));
        ReadAll();
        _time.Advance(NamespaceReadings.Patience - TimeSpan.FromSeconds(1));
        ReadAll();
        Totals().ShouldBe([1, 0, 0, 0]);

        _time.Advance(TimeSpan.FromSeconds(1));
        ReadAll();

        Totals().ShouldBe([1, 11, 12, 13]);
    }

    /// <summary>The host's reading leaves enough to begin one in each collection, and that overdraws.</summary>
    [Fact]
    public void ReadAll_HardlyAnythingLeft_SpendsAQuarterOfTheBudgetOnTheOthersAllTheSame()
    {
        var collection = TimeSpan.FromSeconds(30);
        foreach (int pod in (int[])[11, 12, 13])
        {
            _node.WriteEstablished(pod, 30_000);
        }

        ReadAll();
        MakeDear(11, 12, 13);
        var inTurn = new List<int>();
        for (int index = 0; index < 12; index++)
        {
            _time.Advance(collection);
            LeaveLittle();
            ReadAll();
            inTurn.Add(_live.Snapshots.Skip(1).Count(one => one.History.ReadAt == _time.GetTimestamp()));
        }

        inTurn[0].ShouldBe(1);
        inTurn.Count(read => read == 3).ShouldBeGreaterThan(3, string.Join(' ', inTurn));

        void LeaveLittle()
        {
            _budget.Fill();
            while (!_budget.HasLeft)
            {
                _budget.Spend(-TimeSpan.FromMilliseconds(1));
            }

            while (_budget.HasLeft)
            {
                _budget.Spend(TimeSpan.FromMilliseconds(1));
            }

            _budget.Spend(-TimeSpan.FromMilliseconds(2));
        }
    }

    [Fact]
    public void ReadAll_CheapOnesWithNothingLeftToSpend_AreReadInEveryCollection()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        ReadAll();
        MakeDear(13);
        for (int sockets = 20; sockets < 25; sockets++)
        {
            _budget.Spend(TimeSpan.FromHours(1));
            _node.WriteEstablished(11, sockets).WriteEstablished(12, sockets).WriteEstablished(13, sockets).WriteTotals(13, sockets, 0, 0);
            _time.Advance(TimeSpan.FromSeconds(10));
            ReadAll();

            Totals().ShouldBe([1, sockets, sockets, 13]);
            Statuses().ShouldBe([NamespaceStatus.Read, NamespaceStatus.Read, NamespaceStatus.Read, NamespaceStatus.Deferred]);
        }

        _time.Advance(NamespaceReadings.Patience - TimeSpan.FromSeconds(50));
        ReadAll();
        Totals().ShouldBe([1, 24, 24, 24], "the readings of cheap ones are not its turn");
    }

    [Fact]
    public void ReadAll_TotalsThatCannotBeTold_ReadsTheTables()
    {
        File.Delete(_node.PathOf(12, "sockstat"));

        ReadAll();

        Totals().ShouldBe([1, 11, 12, 13]);
        _errors.ShouldBeEmpty();
    }

    [Fact]
    public void ReadAll_EmptiedWhileDeferred_IsSeenAtOnce()
    {
        ReadAll();
        _budget.Spend(TimeSpan.FromHours(1));
        _node.WriteTotals(13, 0, 0, 0);

        ReadAll();

        Totals().ShouldBe([1, 11, 12, 0]);
    }

    /// <summary>The clock moves whenever it is asked: the collection's bound is reached before anything is read by choice.</summary>
    [Fact]
    public void ReadAll_BeyondTheCollectionsTimeout_BeginsNoReading()
    {
        var slow = new ManualTime(step: Timeout + TimeSpan.FromSeconds(1));
        NamespaceReadings readings = Readings(new CpuBudget(1, slow), slow);

        ReadAll(readings);

        Statuses()[1..].ShouldBe([NamespaceStatus.Deferred, NamespaceStatus.Deferred, NamespaceStatus.Deferred]);
        _live.Snapshots[0].History.ReadAt.ShouldNotBeNull();
    }

    [Fact]
    public void ReadAll_ProcessHasVanished_IsNoErrorYet()
    {
        _live.Update(_discovery.Refresh());
        _node.End(12);

        Read(_readings);

        _errors.ShouldBeEmpty();
        _readings.Vanished.ShouldBe([_live.Snapshots[2]]);
    }

    [Fact]
    public void ReadAll_TheHostsProcessHasVanished_IsAnError()
    {
        _live.Update(_discovery.Refresh());
        _node.End(1);

        Read(_readings);

        _errors.Select(error => error.Failure).ShouldBe([ReadFailure.NotFound, ReadFailure.NotFound]);
        _live.Snapshots[0].Status.ShouldBe(NamespaceStatus.Failed);
    }

    /// <summary>Without the host's, none is special.</summary>
    [Fact]
    public void ReadAll_HostUnknown_TheFirstIsNoExceptionToTheBudget()
    {
        _node.End(1);
        _budget.Spend(TimeSpan.FromHours(1));

        ReadAll();

        Statuses().ShouldBe([NamespaceStatus.Deferred, NamespaceStatus.Deferred, NamespaceStatus.Deferred]);
    }

    private NamespaceReadings Readings(CpuBudget budget, TimeProvider time)
    {
        var transport = new NetlinkTransport();
        var sources = new SourceSelector(
            TcpSource.Procfs,
            new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromMinutes(5))),
            new SockDiagSource(
                transport,
                new SockDiagReader(transport, TimeProvider.System, Timeout),
                new OwnNamespace(_node.Root),
                StateMask.Procfs),
            new SourceLog(NullLogger.Instance),
            time);
        return new NamespaceReadings(sources, budget, new ReadLimit(time, Timeout), _options, time);
    }

    private void ReadAll(NamespaceReadings? readings = null)
    {
        _live.Update(_discovery.Refresh());
        Read(readings ?? _readings);
        _snapshot.Namespaces = _live.Snapshots;
        _snapshot.End(_time);
    }

    private void Read(NamespaceReadings readings)
    {
        readings.Begin();
        readings.ReadAll(_live.Snapshots, _errors);
        readings.End();
    }

    /// <summary>Each pod has one more socket by its totals.</summary>
    private void MoveTotals()
    {
        foreach (int pod in (int[])[11, 12, 13])
        {
            _node.WriteTotals(pod, pod + 1, timeWait: 0, inet6: 0);
        }
    }

    /// <summary>Has readings of these pods cost more than any budget covers.</summary>
    private void MakeDear(params int[] pods)
    {
        foreach (int pod in pods)
        {
            _live.Snapshots[pod - 10].History.Learn(TimeSpan.FromDays(1));
        }
    }

    private long[] Totals() => [.. _live.Snapshots.Select(one => one.Reading.Counts.Total)];

    private NamespaceStatus[] Statuses() => [.. _live.Snapshots.Select(one => one.Status)];
}
