using System.Threading.Channels;
using Agent.Export.Answers;
using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>
/// Sends kept payloads, oldest first, once a new payload has found the collector back: paced, and begun after a wait
/// drawn at random, so that the agents of a fleet do not overrun a collector that has just come back.
/// A payload that fails may be the cause itself. Its failure is its own when the next new payload is taken at the first
/// attempt; after some of these the others go first, after some more it is dropped. In an outage, or while the collector
/// is overloaded, new payloads fail as well, and no kept one is blamed.
/// </summary>
/// <param name="spool">What is kept.</param>
/// <param name="pipeline">The way to the collector.</param>
/// <param name="requests">Makes requests of payloads.</param>
/// <param name="live">The wait that new payloads were asked for; kept ones do not go on meanwhile.</param>
/// <param name="own">The wait that kept payloads were asked for, which is none for new ones.</param>
/// <param name="pace">How fast kept payloads are sent.</param>
/// <param name="rejected">Data points that will never arrive.</param>
/// <param name="log">Told of what becomes of kept payloads.</param>
/// <param name="time">The clock.</param>
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

    /// <summary>A new payload was sent. When it has arrived, kept ones may.</summary>
    public void LiveEnded(Delivered delivered)
    {
        if (delivered.Verdict.Kind != VerdictKind.Accepted || delivered.WasRetried)
        {
            _hasLiveFailed = true;
        }

        if (delivered.Verdict.Kind == VerdictKind.Accepted)
        {
            _reached.Writer.TryWrite(true);
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
            // What is still kept stands on disk for the next start.
        }
    }

    /// <summary>A fault that nobody thought of must not end sending for good: it is logged, and tried again with the next export.</summary>
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
            if (!await TrySettleAsync(kept))
            {
                break;
            }

            await Task.Delay(pace.Next(), time, _stop.Token);
        }

        Report();
    }

    /// <summary>Sends one; false when it stays kept.</summary>
    private async Task<bool> TrySettleAsync(KeptPayload kept)
    {
        using KeptPayload payload = kept;
        bool isSettled = false;
        try
        {
            Verdict verdict = await SendAsync(payload);
            switch (verdict.Kind)
            {
                case VerdictKind.Accepted:
                    _oldest = _sent++ == 0 ? payload.Item.Created : _oldest;
                    rejected.Add(Verdict.PartialSuccess, verdict.RejectedPoints);
                    log.TakenInPart(verdict);
                    isSettled = true;
                    break;
                case VerdictKind.Final:
                    _refused++;
                    _refusal = verdict;
                    rejected.Add(verdict.ErrorType, RequestMessage.DataPointsOf(payload.Payload));
                    isSettled = true;
                    break;
                case VerdictKind.Transient when payload.Item.OwnFailures >= MaxOwnFailures && IsAnswerToIt(verdict):
                    _givenUp++;
                    _lastFailure = verdict;
                    rejected.Add(verdict.ErrorType, RequestMessage.DataPointsOf(payload.Payload));
                    isSettled = true;
                    break;
                case VerdictKind.Transient when IsAnswerToIt(verdict):
                    own.BeginIfAsked(verdict);
                    Suspect(payload.Item, verdict);
                    break;
            }

            return isSettled;
        }
        finally
        {
            if (isSettled)
            {
                spool.Remove(payload.Item);
            }
            else
            {
                spool.Return(payload.Item);
            }
        }
    }

    /// <summary>An open circuit breaker did not let it through.</summary>
    private static bool IsAnswerToIt(Verdict verdict) => verdict.ErrorType is not AttemptFault.CircuitOpen;

    /// <summary>It may be its own failure: the next new payload tells.</summary>
    private void Suspect(SpoolItem item, Verdict failure)
    {
        (_failed, _lastFailure) = (item, failure);
        _hasLiveFailed = false;

        // What arrived before tells nothing.
        _reached.Reader.TryRead(out _);
    }

    private void JudgeLastFailure()
    {
        if (_failed is { } item && !_hasLiveFailed && spool.CountOwnFailure(item) == PayloadSpool.FailuresBeforeOthersGoFirst)
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

    private async Task<Verdict> SendAsync(KeptPayload kept)
    {
        using HttpRequestMessage request = requests.Create(kept.Payload);
        (Verdict verdict, HttpResponseMessage? response) = await pipeline.AttemptAsync(request, _stop.Token);
        response?.Dispose();
        return verdict;
    }
}
