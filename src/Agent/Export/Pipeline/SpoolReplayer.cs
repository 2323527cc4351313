using System.Threading.Channels;
using Agent.Export.Answers;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>
/// Sends kept payloads, oldest first, once a new payload has found the collector back: paced, and begun after a wait
/// drawn at random, so that the agents of a fleet do not overrun a collector that has just come back.
/// </summary>
internal sealed class SpoolReplayer(
    PayloadSpool spool, DeliveryPipeline pipeline, OtlpRequest requests, CollectorPause pause, ReplayPace pace,
    ErrorTally rejected, DeliveryLog log, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _reached = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Task _loop = Task.CompletedTask;
    private long _sent;
    private DateTimeOffset _oldest;
    private long _refused;
    private Verdict? _refusal;

    /// <summary>A new payload has arrived, so kept ones may.</summary>
    public void CollectorReached() => _reached.Writer.TryWrite(true);

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
        while (!pause.IsOn && spool.Take() is { } kept)
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
                default:
                    pause.BeginIfAsked(verdict);
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

    /// <summary>Refusals at once; what was delivered when it is all.</summary>
    private void Report()
    {
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
