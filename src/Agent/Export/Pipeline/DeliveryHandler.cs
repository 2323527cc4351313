using Agent.Export.Answers;
using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Export.Telemetry;

namespace Agent.Export.Pipeline;

/// <summary>
/// The transport of the SDK's exporter. Delivers each export, keeps it in the spool, which is a success to the SDK, or drops it. Overrides both ways to send, because OTLP over HTTP uses the synchronous one and over
/// gRPC the other.
/// </summary>
internal sealed class DeliveryHandler(
    DeliveryPipeline pipeline, PayloadSpool? spool, CollectorPause pause, DeliveryLog log, ErrorTally rejected, SpoolReplayer? replayer, CancellationToken hurry)
    : HttpMessageHandler
{
    private static readonly Verdict Paused = Verdict.Transient(ErrorTypes.Paused, "the collector has asked to wait");

    /// <summary>
    /// Blocks on the other one. The platform's own synchronous way resolves host names without a time limit, and would
    /// hold the reader past its interval.
    /// </summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SpoolItem? item = spool is null ? null : await spool.AdmitAsync(request);
        Delivered delivered = pause.IsOn
            ? new Delivered(Paused, null)
            : await DeliverAsync(request, cancellationToken);
        (Verdict verdict, HttpResponseMessage? response) = delivered;
        switch (verdict.Kind)
        {
            case VerdictKind.Accepted:
                Remove(item);
                rejected.Add(ErrorTypes.PartialSuccess, verdict.RejectedPoints);
                log.Accepted(verdict);
                replayer?.LiveEnded(delivered);
                return response!;
            case VerdictKind.Final:
                Remove(item);
                long refused = await PointsAsync(request);
                rejected.Add(verdict.ErrorType, refused);
                log.Refused(verdict, refused);
                return response!;
            default:
                replayer?.LiveEnded(delivered);
                return await UndeliveredAsync(request, verdict, response, item);
        }
    }

    private async Task<Delivered> DeliverAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, hurry);
        return await pipeline.DeliverAsync(request, either.Token);
    }

    private async Task<HttpResponseMessage> UndeliveredAsync(
        HttpRequestMessage request, Verdict verdict, HttpResponseMessage? response, SpoolItem? item)
    {
        pause.BeginIfAsked(verdict);
        if (item is null)
        {
            log.Lost(verdict);
            rejected.Add(verdict.ErrorType, await PointsAsync(request));
            return response ?? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
        }

        response?.Dispose();
        log.Kept(verdict, await spool!.KeepAsync(item, request));
        return Taken(request);
    }

    /// <summary>An answer that the SDK counts as a success, over either protocol.</summary>
    private static HttpResponseMessage Taken(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Version = request.Version };
        response.Headers.TryAddWithoutValidation("grpc-status", "0");
        return response;
    }

    private static async Task<long> PointsAsync(HttpRequestMessage request)
    {
        using OtlpPayload payload = await OtlpPayload.RentAsync(request);
        return payload.CountPoints();
    }

    private void Remove(SpoolItem? item)
    {
        if (item is not null)
        {
            spool!.Remove(item);
        }
    }
}
