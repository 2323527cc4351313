using System.Diagnostics;
using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Pipeline;

public sealed class DeliveryPipelineTests
{
    [Fact]
    public async Task Deliver_FailuresThenSuccess_TriesUntilItArrives()
    {
        using var bench = new DeliveryBench
        {
            Answer = (attempt, _) => attempt switch
        {
            1 => DeliveryBench.Says(503),
            2 => throw new HttpRequestException(HttpRequestError.ConnectionError),
            3 => DeliveryBench.Says(503),
            _ => DeliveryBench.Says(200),
        }
        };

        (await DeliverAsync(bench)).Kind.ShouldBe(VerdictKind.Accepted);

        bench.Attempts.ShouldBe(4);
        bench.Tallies.Retries["503"].ShouldBe(2);
        bench.Tallies.Retries["connection_error"].ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_AFinalAnswer_IsNotRepeated()
    {
        using var bench = new DeliveryBench { Answer = (_, _) => DeliveryBench.Says(400) };

        (await DeliverAsync(bench)).ShouldBe(Verdict.Final("400", "it answered 400 Bad Request"));

        bench.Attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Deliver_NeverAnswered_EndsAfterItsRetries(int retries)
    {
        using var bench = new DeliveryBench { Answer = (_, _) => DeliveryBench.Says(503) };
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
            Times = Times(total: 20, attempt: 0.05),
            Answer = (attempt, cancellation) => attempt == 1 ? HangAsync(cancellation) : DeliveryBench.Says(200),
        };

        (await DeliverAsync(bench)).Kind.ShouldBe(VerdictKind.Accepted);
        bench.Tallies.Retries["timeout"].ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_AllHang_EndsWithinTheTotalAndSaysWhy()
    {
        using var bench = new DeliveryBench
        {
            Times = Times(total: 0.3, attempt: 0.3),
            Answer = (_, cancellation) => HangAsync(cancellation),
        };
        var watch = Stopwatch.StartNew();

        Verdict verdict = await DeliverAsync(bench);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.ErrorType.ShouldBe("timeout");
        verdict.Reason.ShouldStartWith("no answer in time (");
    }

    [Fact]
    public async Task Deliver_TimeRunsOutAfterARefusal_NamesTheRefusal()
    {
        using var bench = new DeliveryBench
        {
            Times = Times(total: 0.2, attempt: 10),
            Answer = (attempt, cancellation) => attempt == 1 ? DeliveryBench.Says(503) : HangAsync(cancellation),
        };

        (await DeliverAsync(bench)).Reason.ShouldBe("it answered 503 Service Unavailable");
    }

    [Fact]
    public async Task Deliver_TheCollectorAsksToWait_WaitsThatLong()
    {
        using var bench = new DeliveryBench { Answer = (attempt, _) => attempt == 1 ? DeliveryBench.Says(429, 1) : DeliveryBench.Says(200) };
        var watch = Stopwatch.StartNew();

        (await DeliverAsync(bench)).Kind.ShouldBe(VerdictKind.Accepted);

        watch.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.95));
        bench.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Deliver_TheCollectorAsksToWaitTooLong_GivesUpAtOnce()
    {
        using var bench = new DeliveryBench { Answer = (_, _) => DeliveryBench.Says(429, 60) };
        var watch = Stopwatch.StartNew();

        Verdict verdict = await DeliverAsync(bench);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        verdict.Wait.ShouldBe(TimeSpan.FromSeconds(60));
        bench.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_TheBreakerIsOpen_TriesNoMoreAndRecovers()
    {
        using var bench = new DeliveryBench { Times = Times(total: 0.2, attempt: 0.2), Answer = (_, _) => DeliveryBench.Says(503) };
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
        await Task.Delay(700, TestContext.Current.CancellationToken);
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
        var time = new ManualTime();
        using var bench = new DeliveryBench { Time = time, Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Breaker.MinimumThroughput = 2;
        bench.Settings.Retry.MaxRetries = 0;
        DeliveryPipeline pipeline = bench.Pipeline();
        await DeliverAsync(bench, pipeline);
        await DeliverAsync(bench, pipeline);
        bench.Answer = (_, _) => DeliveryBench.Says(200);

        time.Step(TimeSpan.FromSeconds(seconds));
        (await DeliverAsync(bench, pipeline)).ErrorType.ShouldBe("circuit_open");
        time.Advance(bench.Times.Break);
        (await DeliverAsync(bench, pipeline)).Kind.ShouldBe(VerdictKind.Accepted);
    }

    [Fact]
    public async Task Deliver_FinalAnswers_NeverOpenTheBreaker()
    {
        using var bench = new DeliveryBench { Answer = (_, _) => DeliveryBench.Says(400) };
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
        using var bench = new DeliveryBench { Answer = (_, _) => DeliveryBench.Says(503) };
        DeliveryPipeline pipeline = bench.Pipeline();
        pipeline.StopRetrying();

        await DeliverAsync(bench, pipeline);

        bench.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_CancelledFromOutside_IsNoFaultOfTheCollector()
    {
        using var bench = new DeliveryBench { Answer = (_, cancellation) => HangAsync(cancellation) };
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using var request = new HttpRequestMessage();

        Delivered delivered = await bench.Pipeline().DeliverAsync(request, cancellation.Token);

        delivered.Verdict.Kind.ShouldBe(VerdictKind.Cancelled);
    }

    private static DeliveryTimes Times(double total, double attempt) => new(
        TimeSpan.FromSeconds(total), "OTEL_EXPORTER_OTLP_TIMEOUT", TimeSpan.FromSeconds(attempt), "Export:AttemptTimeout", TimeSpan.FromSeconds(0.5));

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        throw new InvalidOperationException();
    }

    private static async Task<Verdict> DeliverAsync(DeliveryBench bench, DeliveryPipeline? pipeline = null)
    {
        using var request = new HttpRequestMessage();
        (Verdict verdict, HttpResponseMessage? response) = await (pipeline ?? bench.Pipeline()).DeliverAsync(request, CancellationToken.None);
        response?.Dispose();
        return verdict;
    }
}
