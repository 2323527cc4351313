using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Tests.Support;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Testing;
using Polly.Timeout;

namespace Agent.Tests.Export.Pipeline;

public sealed class DeliveryPipelineTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Create_ByDefault_LimitsAllOfItThenRetriesAndBreaksThenLimitsTheAttempt()
    {
        using var bench = new DeliveryBench();
        DeliveryPipeline pipeline = bench.Pipeline();

        object?[] whole = [.. pipeline.Whole.GetPipelineDescriptor().Strategies.Select(strategy => strategy.Options)];
        object?[] attempt = [.. pipeline.Attempt.GetPipelineDescriptor().Strategies.Select(strategy => strategy.Options)];

        whole.Length.ShouldBe(2);
        whole[0].ShouldBeOfType<TimeoutStrategyOptions>().Timeout.ShouldBe(bench.Times.Total);
        whole[1].ShouldBeOfType<RetryStrategyOptions<Delivered>>().MaxRetryAttempts.ShouldBe(bench.Settings.Retry.MaxRetries);
        attempt.Length.ShouldBe(2);
        attempt[0].ShouldBeOfType<CircuitBreakerStrategyOptions<Delivered>>().BreakDuration.ShouldBe(bench.Times.Break);
        attempt[1].ShouldBeOfType<TimeoutStrategyOptions>().Timeout.ShouldBe(bench.Times.Attempt);
    }

    [Fact]
    public void Create_WithoutRetries_HasNoStrategyForThem()
    {
        using var bench = new DeliveryBench();
        bench.Settings.Retry.MaxRetries = 0;

        bench.Pipeline().Whole.GetPipelineDescriptor().Strategies.ShouldHaveSingleItem().Options.ShouldBeOfType<TimeoutStrategyOptions>();
    }

    [Fact]
    public async Task Deliver_FailuresThenSuccess_TriesUntilItArrives()
    {
        using var bench = new DeliveryBench
        {
            Time = _time,
            Answer = (attempt, _) => attempt switch
            {
                1 or 3 => DeliveryBench.Says(503),
                2 => throw new HttpRequestException(HttpRequestError.ConnectionError),
                _ => DeliveryBench.Says(200),
            },
        };

        using var request = new HttpRequestMessage();
        using Delivered delivered = await AdvanceUntilAsync(bench.Pipeline().DeliverAsync(request, CancellationToken.None));

        (delivered.Verdict.Kind, delivered.Attempts, bench.Attempts).ShouldBe((VerdictKind.Accepted, 4, 4));
        bench.Tallies.Retries["503"].ShouldBe(2);
        bench.Tallies.Retries["connection_error"].ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_AFinalAnswer_IsNotRepeated()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(400) };

        (await DeliverAsync(bench)).ShouldBe(Verdict.Final("400", "it answered 400 Bad Request"));

        bench.Attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Deliver_NeverAnswered_EndsAfterItsRetries(int retries)
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Retry.MaxRetries = retries;

        Verdict verdict = await DeliverAsync(bench);

        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.ErrorType.ShouldBe("503");
        bench.Attempts.ShouldBe(retries + 1);
    }

    [Fact]
    public async Task Deliver_AnAttemptHangs_IsCutAndTriedAgain()
    {
        using var bench = new DeliveryBench
        {
            Time = _time,
            Times = Times(total: 20, attempt: 0.05),
            Answer = (attempt, cancellation) => attempt == 1 ? DeliveryBench.HangAsync(cancellation) : DeliveryBench.Says(200),
        };

        (await DeliverAsync(bench)).Kind.ShouldBe(VerdictKind.Accepted);
        bench.Tallies.Retries["timeout"].ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_AllHang_EndsWithinTheTotalAndSaysWhy()
    {
        using var bench = new DeliveryBench
        {
            Time = _time,
            Times = Times(total: 0.3, attempt: 0.3),
            Answer = (_, cancellation) => DeliveryBench.HangAsync(cancellation),
        };
        DateTimeOffset start = _time.GetUtcNow();

        Verdict verdict = await DeliverAsync(bench);

        (_time.GetUtcNow() - start).ShouldBeInRange(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.4));
        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.ErrorType.ShouldBe("timeout");
        verdict.Reason.ShouldStartWith("no answer in time (");
    }

    [Fact]
    public async Task Deliver_TimeRunsOutAfterARefusal_NamesTheRefusal()
    {
        using var bench = new DeliveryBench
        {
            Time = _time,
            Times = Times(total: 0.2, attempt: 10),
            Answer = (attempt, cancellation) => attempt == 1 ? DeliveryBench.Says(503) : DeliveryBench.HangAsync(cancellation),
        };

        (await DeliverAsync(bench)).Reason.ShouldBe("it answered 503 Service Unavailable");
    }

    [Fact]
    public async Task Deliver_TheCollectorAsksToWait_WaitsThatLong()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (attempt, _) => attempt == 1 ? DeliveryBench.Says(429, 1) : DeliveryBench.Says(200) };
        DateTimeOffset start = _time.GetUtcNow();

        (await DeliverAsync(bench)).Kind.ShouldBe(VerdictKind.Accepted);

        (_time.GetUtcNow() - start).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        bench.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Deliver_TheCollectorAsksToWaitTooLong_GivesUpAtOnce()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(429, 60) };
        DateTimeOffset start = _time.GetUtcNow();

        Verdict verdict = await DeliverAsync(bench);

        (_time.GetUtcNow() - start).ShouldBe(TimeSpan.Zero);
        verdict.Wait.ShouldBe(TimeSpan.FromSeconds(60));
        bench.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_TheBreakerIsOpen_TriesNoMoreAndRecovers()
    {
        using var bench = new DeliveryBench { Time = _time, Times = Times(total: 0.2, attempt: 0.2), Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Breaker.MinimumThroughput = 2;
        bench.Settings.Retry.MaxRetries = 1;
        DeliveryPipeline pipeline = bench.Pipeline();
        await DeliverAsync(bench, pipeline);
        await DeliverAsync(bench, pipeline);
        int before = bench.Attempts;

        Verdict open = await DeliverAsync(bench, pipeline);
        open.Kind.ShouldBe(VerdictKind.Transient);
        open.ErrorType.ShouldBe("circuit_open");
        bench.Attempts.ShouldBe(before);

        bench.Answer = (_, _) => DeliveryBench.Says(200);
        _time.Advance(bench.Times.Break);
        (await DeliverAsync(bench, pipeline)).Kind.ShouldBe(VerdictKind.Accepted);
    }

    /// <summary>Whoever sets the clock of a node neither holds the breaker open nor closes it.</summary>
    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(-10 * 365 * 86400.0)]
    [InlineData(10 * 365 * 86400.0)]
    public async Task Deliver_TheClockStepsWhileTheBreakerIsOpen_TriesAgainAfterItsTime(double seconds)
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Breaker.MinimumThroughput = 2;
        bench.Settings.Retry.MaxRetries = 0;
        DeliveryPipeline pipeline = bench.Pipeline();
        await DeliverAsync(bench, pipeline);
        await DeliverAsync(bench, pipeline);
        bench.Answer = (_, _) => DeliveryBench.Says(200);

        _time.Step(TimeSpan.FromSeconds(seconds));
        (await DeliverAsync(bench, pipeline)).ErrorType.ShouldBe("circuit_open");
        _time.Advance(bench.Times.Break);
        (await DeliverAsync(bench, pipeline)).Kind.ShouldBe(VerdictKind.Accepted);
    }

    [Fact]
    public async Task Deliver_FinalAnswers_NeverOpenTheBreaker()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(400) };
        bench.Settings.Breaker.MinimumThroughput = 2;
        DeliveryPipeline pipeline = bench.Pipeline();
        for (int export = 0; export < 20; export++)
        {
            (await DeliverAsync(bench, pipeline)).ErrorType.ShouldBe("400");
        }
    }

    [Fact]
    public async Task Deliver_WhileStopping_TriesOnce()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, _) => DeliveryBench.Says(503) };
        DeliveryPipeline pipeline = bench.Pipeline();
        pipeline.StopRetrying();

        await DeliverAsync(bench, pipeline);

        bench.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_CancelledFromOutside_IsNoFaultOfTheCollector()
    {
        using var bench = new DeliveryBench { Time = _time, Answer = (_, cancellation) => DeliveryBench.HangAsync(cancellation) };
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), _time);
        using var request = new HttpRequestMessage();

        Delivered delivered = await AdvanceUntilAsync(bench.Pipeline().DeliverAsync(request, cancellation.Token));

        delivered.Verdict.Kind.ShouldBe(VerdictKind.Cancelled);
    }

    private static DeliveryTimes Times(double total, double attempt) => new(
        TimeSpan.FromSeconds(total), "OTEL_EXPORTER_OTLP_TIMEOUT", TimeSpan.FromSeconds(attempt), "Export:AttemptTimeout", TimeSpan.FromSeconds(0.5));

    private async Task<Verdict> DeliverAsync(DeliveryBench bench, DeliveryPipeline? pipeline = null)
    {
        using var request = new HttpRequestMessage();
        using Delivered delivered = await AdvanceUntilAsync((pipeline ?? bench.Pipeline()).DeliverAsync(request, CancellationToken.None));
        return delivered.Verdict;
    }

    /// <summary>Lets the clock go on until the delivery has ended.</summary>
    private async Task<Delivered> AdvanceUntilAsync(Task<Delivered> delivery)
    {
        for (int step = 0; step < 10_000 && !delivery.IsCompleted; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1);
        }

        return delivery.IsCompleted ? await delivery : throw new TimeoutException("It goes on after 100 s of the clock.");
    }
}
