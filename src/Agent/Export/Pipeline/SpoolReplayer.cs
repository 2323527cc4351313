using System.Threading.Channels;
using Agent.Export.Answers;
using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>
/// Sends kept exports, oldest first, once a new export has been delivered: at a pace, and after a random wait, so that the
/// agents of a fleet do not overload a collector that has just come back.
/// An export that fails may be the cause itself. Its failure is its own when the next new export is delivered, which shows
/// that the collector works: after some of these the others go first, after some more it is dropped. In an outage new exports
/// fail as well, and no kept one is blamed. While the collector is overloaded, new ones are delivered after several attempts;
/// as many failures of a kept one, which is sent once at a time, then count as one. A wait that the collector asked of new
/// exports (live) holds kept ones back too; one that it asked of kept ones (own) does not hold back new ones.
/// </summary>
internal sealed class SpoolReplayer(
    PayloadSpool spool, DeliveryPipeline pipeline, OtlpRequest requests, CollectorPause live, CollectorPause own, ReplayPace pace,
    ErrorTally rejected, DeliveryLog log, TimeProvider time) : IAsyncDisposable
{
    /// <summary>With so many failures of its own, one more is the last.</summary>
    public const int MaxOwnFailures = 10;

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _reached = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Task _loop = Task.CompletedTask;
    private long _sent;
    private DateTimeOffset _oldest;
    private long _refused;
    private Verdict? _refusal;
    private long _givenUp;
    private Verdict? _lastFailure;
    private SpoolItem? _failed;
    private volatile bool _hasLiveFailed;

    /// <summary>The most attempts that a new export needed since the last failure of a kept one.</summary>
    private volatile int _liveAttempts;

    /// <summary>A new export was sent. Once one is delivered, kept ones follow.</summary>
    public void LiveEnded(Delivered delivered)
    {
        if (delivered.Verdict.Kind == VerdictKind.Accepted)
        {
            _liveAttempts = Math.Max(_liveAttempts, delivered.Attempts);
            _reached.Writer.TryWrite(true);
        }
        else
        {
            _hasLiveFailed = true;
        }
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _reached.Reader.WaitToReadAsync(_stop.Token))
            {
                _reached.Reader.TryRead(out _);
                if (spool.Items > 0)
                {
                    await Task.Delay(pace.First(), time, _stop.Token);
                    await TryDrainAsync();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What is still kept is on disk for the next start.
        }
    }

    /// <summary>An unexpected fault must not end sending for good: it is logged, and tried again after the next export.</summary>
    private async Task TryDrainAsync()
    {
        try
        {
            await DrainAsync();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.ReplayFailed(exception);
        }
    }

    /// <summary>Until nothing is left, or the collector fails again.</summary>
    private async Task DrainAsync()
    {
        JudgeLastFailure();
        while (!live.IsOn && !own.IsOn && spool.Take() is { } kept)
        {
            if (!await TrySettleAsync(kept.Item, kept.Payload))
            {
                break;
            }

            await Task.Delay(pace.Next(), time, _stop.Token);
        }

        Report();
    }

    /// <summary>Sends one; false when it stays kept.</summary>
    private async Task<bool> TrySettleAsync(SpoolItem item, OtlpPayload payload)
    {
        bool isSettled = false;
        try
        {
            Verdict verdict = await SendAsync(payload);
            switch (verdict.Kind)
            {
                case VerdictKind.Accepted:
                    _oldest = _sent++ == 0 ? item.Created : _oldest;
                    rejected.Add(ErrorTypes.PartialSuccess, verdict.RejectedPoints);
                    log.TakenInPart(verdict);
                    isSettled = true;
                    break;
                case VerdictKind.Final:
                    _refused++;
                    _refusal = verdict;
                    rejected.Add(verdict.ErrorType, payload.CountPoints());
                    isSettled = true;
                    break;
                case VerdictKind.Transient when item.OwnFailures >= MaxOwnFailures && IsAnswerToIt(verdict):
                    _givenUp++;
                    _lastFailure = verdict;
                    rejected.Add(verdict.ErrorType, payload.CountPoints());
                    isSettled = true;
                    break;
                case VerdictKind.Transient when IsAnswerToIt(verdict):
                    own.BeginIfAsked(verdict);
                    Suspect(item, verdict);
                    break;
            }

            return isSettled;
        }
        finally
        {
            payload.Dispose();
            if (isSettled)
            {
                spool.Remove(item);
            }
            else
            {
                spool.Return(item);
            }
        }
    }

    /// <summary>An open circuit breaker did not let it through.</summary>
    private static bool IsAnswerToIt(Verdict verdict) => verdict.ErrorType is not ErrorTypes.CircuitOpen;

    /// <summary>It may be its own failure: the next new export decides.</summary>
    private void Suspect(SpoolItem item, Verdict failure)
    {
        (_failed, _lastFailure) = (item, failure);
        (_hasLiveFailed, _liveAttempts) = (false, 0);

        // A delivery before this failure does not count.
        _reached.Reader.TryRead(out _);
    }

    private void JudgeLastFailure()
    {
        if (_failed is { } item && !_hasLiveFailed
            && spool.CountOwnFailure(item, _liveAttempts)
            && item.OwnFailures == PayloadSpool.FailuresBeforeOthersGoFirst)
        {
            log.SteppedBehind(item.Created, PayloadSpool.FailuresBeforeOthersGoFirst, _lastFailure!);
        }

        _failed = null;
    }

    /// <summary>Refusals at once; what was delivered when it is all.</summary>
    private void Report()
    {
        if (_givenUp > 0)
        {
            log.GivenUp(_givenUp, MaxOwnFailures, _lastFailure!);
            _givenUp = 0;
        }

        if (_refusal is { } refusal)
        {
            log.RefusedLate(_refused, refusal);
            (_refused, _refusal) = (0, null);
        }

        if (_sent > 0 && spool.Items == 0)
        {
            log.DeliveredLate(_sent, _oldest);
            _sent = 0;
        }
    }

    private async Task<Verdict> SendAsync(OtlpPayload payload)
    {
        using HttpRequestMessage request = requests.Create(payload);
        using Delivered delivered = await pipeline.AttemptAsync(request, _stop.Token);
        return delivered.Verdict;
    }
}

/// <summary>How fast kept payloads are sent.</summary>
internal sealed class ReplayPace(double rate, TimeSpan interval, Random random)
{
    private static readonly TimeSpan LongestFirst = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first: from nothing to an interval, at most 10 s.</summary>
    public TimeSpan First() => (interval < LongestFirst ? interval : LongestFirst) * random.NextDouble();

    /// <summary>The wait before the next: half to one and a half of the average.</summary>
    public TimeSpan Next() => TimeSpan.FromSeconds((0.5 + random.NextDouble()) / rate);
}
