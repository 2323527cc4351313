using Agent.Export.Answers;
using Agent.Export.Telemetry;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Agent.Export.Pipeline;

/// <summary>
/// One payload's way to the collector: a time limit over all of it → retries → circuit breaker → a time limit for each
/// attempt. Kept payloads take the same way from the breaker on.
/// </summary>
internal sealed class DeliveryPipeline
{
    private static readonly ResiliencePropertyKey<DeliveryProgress> ProgressKey = new("agent.delivery.progress");

    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _send;
    private readonly Judge _judge;
    private readonly DeliveryTimes _times;
    private readonly RetryDelay _delay;
    private readonly ErrorTally _retries;
    private readonly TimeProvider _time;
    private readonly Func<ResilienceContext, DeliveryProgress, ValueTask<Outcome<HttpResponseMessage>>> _sendOnce;
    private readonly ResiliencePipeline<HttpResponseMessage> _attempt;
    private readonly ResiliencePipeline<HttpResponseMessage> _whole;
    private volatile bool _isStopping;

    public DeliveryPipeline(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        Judge judge,
        DeliveryTimes times,
        ExportSettings settings,
        ErrorTally retries,
        TimeProvider time)
    {
        (_send, _judge, _times, _retries, _time) = (send, judge, times, retries, time);
        _sendOnce = SendOnceAsync;
        _delay = new RetryDelay(settings.Retry, Random.Shared);
        var steady = new SteadyTime(time);
        _attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = steady }
            .AddCircuitBreaker(Breaker(settings.Breaker))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = times.Attempt })
            .Build();
        ResiliencePipelineBuilder<HttpResponseMessage> whole = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = steady }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = times.Total });
        _whole = (settings.Retry.MaxRetries > 0 ? whole.AddRetry(Retry(settings.Retry.MaxRetries)) : whole).AddPipeline(_attempt).Build();
    }

    /// <summary>From now on a failed attempt is the last of its export: the agent stops.</summary>
    public void StopRetrying() => _isStopping = true;

    /// <summary>Sends a new payload, again where that may help, within the time for an export.</summary>
    public Task<Delivered> DeliverAsync(HttpRequestMessage request, CancellationToken cancellation) => RunAsync(_whole, request, cancellation);

    /// <summary>Sends a kept payload once.</summary>
    public Task<Delivered> AttemptAsync(HttpRequestMessage request, CancellationToken cancellation) => RunAsync(_attempt, request, cancellation);

    private async Task<Delivered> RunAsync(
        ResiliencePipeline<HttpResponseMessage> pipeline, HttpRequestMessage request, CancellationToken cancellation)
    {
        var progress = new DeliveryProgress(request, _time.GetTimestamp());
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(ProgressKey, progress);
        try
        {
            Outcome<HttpResponseMessage> outcome = await pipeline.ExecuteOutcomeAsync(_sendOnce, context, progress);
            Verdict verdict = _judge.Of(outcome);
            return new Delivered(Explained(verdict, outcome.Exception, progress), outcome.Result) { WasRetried = progress.LastFailure is not null };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<HttpResponseMessage>> SendOnceAsync(ResilienceContext context, DeliveryProgress progress)
    {
        try
        {
            return Outcome.FromResult(await _send(progress.Request!, context.CancellationToken));
        }
#pragma warning disable CA1031 // Whatever goes wrong with an attempt is its outcome; it must not end the agent.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Outcome.FromException<HttpResponseMessage>(exception);
        }
    }

    /// <summary>Time that ran out, or an open breaker, says less than the attempt that failed before.</summary>
    private Verdict Explained(Verdict verdict, Exception? exception, DeliveryProgress progress) => exception switch
    {
        TimeoutRejectedException or BrokenCircuitException when progress.LastFailure is { } last => last,
        TimeoutRejectedException => verdict with { Reason = $"no answer in time ({_times.TotalSetting})" },
        _ => verdict,
    };

    private CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(BreakerSettings settings) => new()
    {
        FailureRatio = settings.FailureRatio,
        MinimumThroughput = settings.MinimumThroughput,
        SamplingDuration = settings.SamplingDuration,
        BreakDuration = _times.Break,
        ShouldHandle = arguments => ValueTask.FromResult(_judge.Of(arguments.Outcome).Kind == VerdictKind.Transient),
    };

    private RetryStrategyOptions<HttpResponseMessage> Retry(int maxRetries) => new()
    {
        MaxRetryAttempts = maxRetries,
        ShouldHandle = arguments => ValueTask.FromResult(IsWorthRetrying(arguments)),
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(_delay.After(_judge.Of(arguments.Outcome), arguments.AttemptNumber)),
        OnRetry = arguments =>
        {
            _retries.Add(_judge.Of(arguments.Outcome).ErrorType);
            return default;
        },
    };

    /// <summary>Not when the wait that is asked for outlasts the time for this export: giving up at once keeps the reader going.</summary>
    private bool IsWorthRetrying(RetryPredicateArguments<HttpResponseMessage> arguments)
    {
        Verdict verdict = _judge.Of(arguments.Outcome);
        if (verdict.Kind != VerdictKind.Transient)
        {
            return false;
        }

        DeliveryProgress progress = arguments.Context.Properties.GetValue(ProgressKey, new DeliveryProgress(null, 0));
        if (arguments.Outcome.Exception is not BrokenCircuitException)
        {
            progress.LastFailure = verdict;
        }

        TimeSpan left = _times.Total - _time.GetElapsedTime(progress.Started);
        return !_isStopping && (verdict.Wait is not { } wait || _delay.Clamp(wait) < left);
    }
}
