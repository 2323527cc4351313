using Agent.Export.Answers;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Agent.Export.Pipeline;

/// <summary>
/// The way of an export to the collector: a time limit over all of it → retries → circuit breaker → a time limit for each
/// attempt. Kept exports go the same way from the breaker on. Each attempt is judged once, where it ends.
/// </summary>
internal sealed class DeliveryPipeline
{
    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _send;
    private readonly OtlpExportProtocol _protocol;
    private readonly DeliveryTimes _times;
    private readonly RetryDelay _delay;
    private readonly TimeProvider _time;
    private volatile bool _isStopping;

    public DeliveryPipeline(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, OtlpExportProtocol protocol,
        DeliveryTimes times, ExportSettings settings, ErrorTally retries, TimeProvider time)
    {
        (_send, _protocol, _times, _time) = (send, protocol, times, time);
        _delay = new RetryDelay(settings.Retry, Random.Shared);
        var steady = new SteadyTime(time);
        Attempt = new ResiliencePipelineBuilder<Delivered> { TimeProvider = steady }
            .AddCircuitBreaker(Breaker(settings.Breaker, times.Break))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = times.Attempt })
            .Build();
        ResiliencePipelineBuilder<Delivered> whole = new ResiliencePipelineBuilder<Delivered> { TimeProvider = steady }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = times.Total });
        Whole = (settings.Retry.MaxRetries > 0 ? whole.AddRetry(Retry(settings.Retry.MaxRetries, retries)) : whole).Build();
    }

    /// <summary>Around all attempts of an export.</summary>
    public ResiliencePipeline<Delivered> Whole { get; }

    /// <summary>Around each attempt.</summary>
    public ResiliencePipeline<Delivered> Attempt { get; }

    /// <summary>From now on a failed attempt is the last of its export: the agent stops.</summary>
    public void StopRetrying() => _isStopping = true;

    /// <summary>Sends a new export, again where that may help, within the time for it.</summary>
    public async Task<Delivered> DeliverAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        long started = _time.GetTimestamp();
        Verdict? lastFailure = null;
        int failures = 0;
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            Delivered end = End(await Whole.ExecuteOutcomeAsync(TryAsync, context, request), lastFailure);
            return end with { Attempts = failures + 1 };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        async ValueTask<Outcome<Delivered>> TryAsync(ResilienceContext attempt, HttpRequestMessage message)
        {
            Outcome<Delivered> outcome = await AttemptAsync(attempt, message);
            if (outcome.Result is { Verdict: { Kind: VerdictKind.Transient } failure } failed)
            {
                if (failure.ErrorType is not ErrorTypes.CircuitOpen)
                {
                    lastFailure = failure;
                    failures++;
                }

                failed.MayBeRetried = !_isStopping && IsInTime(failure, _times.Total - _time.GetElapsedTime(started));
            }

            return outcome;
        }
    }

    /// <summary>Sends a kept export once.</summary>
    public async Task<Delivered> AttemptAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            return End(await AttemptAsync(context, request), lastFailure: null);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<Delivered>> AttemptAsync(ResilienceContext context, HttpRequestMessage request)
    {
        Outcome<Delivered> outcome = await Attempt.ExecuteOutcomeAsync(SendAsync, context, request);
        return outcome.Exception is ExecutionRejectedException rejected ? Outcome.FromResult(Failed(rejected)) : outcome;
    }

    private async ValueTask<Outcome<Delivered>> SendAsync(ResilienceContext context, HttpRequestMessage request)
    {
        try
        {
            HttpResponseMessage response = await _send(request, context.CancellationToken);
            return Outcome.FromResult(new Delivered(Verdict.Of(response, _protocol, _time.GetUtcNow()), response));
        }
        catch (OperationCanceledException exception)
        {
            // The strategies turn it into a timeout where it is theirs.
            return Outcome.FromException<Delivered>(exception);
        }
#pragma warning disable CA1031 // Whatever goes wrong with an attempt is its outcome; it must not end the agent.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Outcome.FromResult(Failed(exception));
        }
    }

    private Delivered Failed(Exception exception) => new(AttemptFault.Judge(exception, _protocol, _times.AttemptSetting), null);

    /// <summary>The attempt that failed before is a better reason than time that ran out or an open breaker.</summary>
    private Delivered End(Outcome<Delivered> outcome, Verdict? lastFailure)
    {
        Delivered end = outcome.Exception switch
        {
            null => outcome.Result!,
            TimeoutRejectedException late => new Delivered(AttemptFault.Judge(late, _protocol, _times.TotalSetting), null),
            var cancelled => Failed(cancelled),
        };
        bool saysLess = outcome.Exception is TimeoutRejectedException || end.Verdict.ErrorType is ErrorTypes.CircuitOpen;
        return end with { Verdict = saysLess && lastFailure is not null ? lastFailure : end.Verdict };
    }

    /// <summary>Not when the wait that is asked for outlasts the time for this export: giving up at once keeps the reader going.</summary>
    private bool IsInTime(Verdict failure, TimeSpan left) => failure.Wait is not { } wait || _delay.Clamp(wait) < left;

    private static CircuitBreakerStrategyOptions<Delivered> Breaker(BreakerSettings settings, TimeSpan duration) => new()
    {
        FailureRatio = settings.FailureRatio,
        MinimumThroughput = settings.MinimumThroughput,
        SamplingDuration = settings.SamplingDuration,
        BreakDuration = duration,
        ShouldHandle = static arguments => ValueTask.FromResult(
            arguments.Outcome is { Exception: TimeoutRejectedException } or { Result.Verdict.Kind: VerdictKind.Transient }),
    };

    private RetryStrategyOptions<Delivered> Retry(int maxRetries, ErrorTally retries) => new()
    {
        MaxRetryAttempts = maxRetries,
        ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayBeRetried: true }),
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(_delay.After(arguments.Outcome.Result!.Verdict, arguments.AttemptNumber)),
        OnRetry = arguments =>
        {
            retries.Add(arguments.Outcome.Result!.Verdict.ErrorType);
            return default;
        },
    };
}

/// <summary>How an attempt or all of them ended. Polly disposes of those that are followed by another.</summary>
/// <param name="Verdict">What becomes of the export.</param>
/// <param name="Response">The answer; null when there was none.</param>
internal sealed record Delivered(Verdict Verdict, HttpResponseMessage? Response) : IDisposable
{
    /// <summary>Another attempt may help, and there is time for it.</summary>
    public bool MayBeRetried { get; set; }

    /// <summary>Of a new export that was delivered: how many attempts that took.</summary>
    public int Attempts { get; init; } = 1;

    public void Dispose() => Response?.Dispose();
}

/// <summary>
/// A clock whose date runs on the monotonic timestamps of another one, from its date at the start: for Polly's circuit breaker, which
/// decides by the date how long it stays open. A wall clock that steps back would hold it open for the size of the step.
/// </summary>
internal sealed class SteadyTime(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _startDate = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _startDate + time.GetElapsedTime(_start);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
