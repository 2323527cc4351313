using System.Net.Sockets;
using Agent.Export.Answers;
using Agent.Export.Protobuf;
using Agent.Export.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Exporter;

namespace Agent.Doctor.Collector;

/// <summary>
/// Sends one export of nothing by the very transport that the exporter uses: TLS, headers and time limit are the real
/// ones. An <c>ExportMetricsServiceRequest</c> without metrics is an empty message
/// (opentelemetry/proto/collector/metrics/v1/metrics_service.proto).
/// </summary>
internal sealed class CollectorProbe(OtlpSettings settings, string headersFile, TimeProvider time)
{
    private const int LongestText = 120;
    private const string UserAgent = "tcp-agent-doctor";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    public async Task<CollectorAnswer> SendAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        HeadersFile? headers = headersFile.Length > 0 ? new HeadersFile(headersFile, settings.Protocol, NullLogger.Instance) : null;
        using var transport = new CollectorTransport(settings, headers, NullLogger.Instance);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(settings.TimeoutMilliseconds), time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using HttpRequestMessage request = new OtlpRequest(settings, UserAgent).Create(new OtlpPayload(default, IsGzip: false));
            using HttpResponseMessage response = await transport.SendAsync(request, limit.Token);
            return await ReadAsync(response, headers, time.GetElapsedTime(start), cancellation);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            return new CollectorAnswer { Fault = exception, Connects = await ConnectsAsync(cancellation) };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new CollectorAnswer { Fault = exception };
        }
    }

    private async Task<CollectorAnswer> ReadAsync(
        HttpResponseMessage response, HeadersFile? headers, TimeSpan elapsed, CancellationToken cancellation)
    {
        string type = response.Content.Headers.ContentType?.MediaType ?? "";
        bool isText = type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal);
        return new CollectorAnswer
        {
            Status = (int)response.StatusCode,
            Reason = response.ReasonPhrase ?? "",
            MediaType = type,
            GrpcStatus = GrpcAnswer.Header(response, "grpc-status"),
            GrpcMessage = Shown(Uri.UnescapeDataString(GrpcAnswer.Header(response, "grpc-message") ?? ""), headers),
            Text = isText ? Shown(await response.Content.ReadAsStringAsync(cancellation), headers) : "",
            IsForeign = IsForeign(response),
            Date = response.Headers.Date,
            Now = time.GetUtcNow(),
            Elapsed = elapsed,
        };
    }

    private bool IsForeign(HttpResponseMessage response) =>
        Verdict.Of(response, settings.Protocol, time.GetUtcNow()).ErrorType is ErrorTypes.InvalidResponse;

    private string Shown(string text, HeadersFile? headers)
    {
        string safe = OtlpHeaders.Hide(OtlpHeaders.Hide(AnswerText.FirstLine(text), settings.Headers), headers?.Last ?? []);
        return safe.Length > LongestText ? safe[..LongestText] + "…" : safe;
    }

    /// <summary>Null through a proxy, to which a connection tells nothing about the collector.</summary>
    private async Task<bool?> ConnectsAsync(CancellationToken cancellation)
    {
        if (HttpClient.DefaultProxy.GetProxy(settings.Endpoint) is { } proxy && proxy != settings.Endpoint)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConnectTimeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(settings.Endpoint.DnsSafeHost, settings.Endpoint.Port, limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
