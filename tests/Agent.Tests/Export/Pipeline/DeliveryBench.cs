using System.Collections.Concurrent;
using System.Net;
using Agent.Export.Pipeline;
using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Tests.Export.Spool;
using Agent.Tests.Support;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Pipeline;

/// <summary>A pipeline whose transport answers as told.</summary>
internal sealed class DeliveryBench : IDisposable
{
    private readonly CancellationTokenSource _hurry = new();

    public DeliveryBench(bool withSpool = false, string? spoolPath = null, TimeSpan? answerLimit = null)
    {
        Settings.Retry.InitialDelay = TimeSpan.FromMilliseconds(1);
        Settings.Retry.MaxDelay = TimeSpan.FromMilliseconds(4);
        Settings.Breaker.MinimumThroughput = 1000;
        SpoolBench.Settings.Path = spoolPath ?? SpoolBench.Settings.Path;
        SpoolBench.AnswerLimit = answerLimit;
        if (withSpool)
        {
            Spool = SpoolBench.Open();
        }
    }

    public ExportSettings Settings { get; } = new();

    public DeliveryTimes Times { get; init; } = new(
        TimeSpan.FromSeconds(20), "OTEL_EXPORTER_OTLP_TIMEOUT", TimeSpan.FromSeconds(10), "Export:AttemptTimeout", TimeSpan.FromSeconds(0.5));

    public SpoolBench SpoolBench { get; } = new();

    public PayloadSpool? Spool { get; }

    public DeliveryTallies Tallies { get; } = new([], []);

    public LogLines Log { get; } = new();

    public ExportStatus Status => SpoolBench.Status;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public int Attempts { get; private set; }

    /// <summary>What the attempt of that number, from 1, meets.</summary>
    public Func<int, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = (_, _) => Task.FromResult(new HttpResponseMessage());

    /// <summary>How many points each attempt carried.</summary>
    public ConcurrentQueue<long> Sent { get; } = new();

    /// <summary>Payloads of so many points meet this, whenever they are sent.</summary>
    public Dictionary<long, Func<Task<HttpResponseMessage>>> AnswersByPoints { get; } = [];

    public DeliveryPipeline Pipeline() => new(
        SendAsync, OtlpExportProtocol.HttpProtobuf, Times, Settings, Tallies.Retries, Time);

    public HttpClient Client(DeliveryPipeline? pipeline = null, CollectorPause? pause = null, SpoolReplayer? replayer = null) => new(new DeliveryHandler(
        pipeline ?? Pipeline(), Spool, pause ?? new CollectorPause(TimeSpan.FromMinutes(5), Time), DeliveryLog(), Tallies.Rejected, replayer, _hurry.Token));

    public DeliveryLog DeliveryLog() => new(
        new OtlpSettings { Endpoint = new Uri("http://c:1/v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf, Headers = [("key", "hunter2")] },
        null, SpoolBench.Settings.Path, Status, Log.Logger<DeliveryLog>(), Time);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        long points = request.Content is null ? 0 : (await OtlpPayload.ReadAsync(request)).CountPoints();
        Sent.Enqueue(points);
        Attempts++;
        return await (AnswersByPoints.TryGetValue(points, out Func<Task<HttpResponseMessage>>? answer)
            ? answer()
            : Answer(Attempts, cancellation));
    }

    public void Hurry() => _hurry.Cancel();

    public static Task<HttpResponseMessage> Says(int status, double? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        }

        return Task.FromResult(response);
    }

    public void Dispose()
    {
        Spool?.Dispose();
        SpoolBench.Dispose();
        _hurry.Dispose();
    }
}
