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
                    await DrainAsync();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What is still kept stands on disk for the next start.
        }
    }

    /// <summary>Until nothing is left, or the collector fails again.</summary>
    private async Task DrainAsync()
    {
        long payloads = 0, refused = 0;
        DateTimeOffset oldest = default;
        Verdict? refusal = null;
        while (!pause.IsOn && spool.Take() is { } kept)
        {
            using (kept)
            {
                Verdict verdict = await SendAsync(kept);
                switch (verdict.Kind)
                {
                    case VerdictKind.Accepted:
                        spool.Remove(kept.Item);
                        oldest = payloads++ == 0 ? kept.Item.Created : oldest;
                        Reject("partial_success", verdict.RejectedPoints);
                        log.TakenInPart(verdict);
                        break;
                    case VerdictKind.Final:
                        spool.Remove(kept.Item);
                        refused++;
                        refusal = verdict;
                        Reject(verdict.ErrorType, RequestMessage.DataPointsOf(kept.Payload));
                        break;
                    default:
                        spool.Return(kept.Item);
                        pause.BeginIfAsked(verdict);
                        log.Replayed(0, refused, oldest, refusal);
                        return;
                }
            }

            await Task.Delay(pace.Next(), time, _stop.Token);
        }

        log.Replayed(payloads, refused, oldest, refusal);
    }

    private async Task<Verdict> SendAsync(KeptPayload kept)
    {
        using HttpRequestMessage request = requests.Create(kept.Payload);
        (Verdict verdict, HttpResponseMessage? response) = await pipeline.AttemptAsync(request, _stop.Token);
        response?.Dispose();
        return verdict;
    }

    private void Reject(string errorType, long points)
    {
        if (points > 0)
        {
            rejected.Add(errorType, points);
        }
    }
}
