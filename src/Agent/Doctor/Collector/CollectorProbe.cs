using System.Net;
using System.Net.Sockets;
using Agent.Export;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Doctor.Collector;

/// <summary>Sends one empty export by the very client that the exporter uses: TLS, headers and time limit are the real ones.</summary>
internal sealed class CollectorProbe(OtlpSettings settings, TimeProvider time)
{
    private const int LongestText = 120;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    public async Task<CollectorAnswer> SendAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        using HttpClient client = CollectorHttpClient.Create(settings, new ExportStatus(), NullLogger<CollectorLogHandler>.Instance);
        try
        {
            using HttpRequestMessage request = EmptyExport.Create(settings);
            using HttpResponseMessage response = await client.SendAsync(request, cancellation);
            return await ReadAsync(response, time.GetElapsedTime(start), cancellation);
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

    private async Task<CollectorAnswer> ReadAsync(HttpResponseMessage response, TimeSpan elapsed, CancellationToken cancellation)
    {
        string type = response.Content.Headers.ContentType?.MediaType ?? "";
        bool isText = type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal);
        return new CollectorAnswer
        {
            Status = (int)response.StatusCode,
            Reason = response.ReasonPhrase ?? "",
            MediaType = type,
            GrpcStatus = Header(response, "grpc-status"),
            GrpcMessage = Shown(WebUtility.UrlDecode(Header(response, "grpc-message") ?? "")),
            Text = isText ? Shown(await response.Content.ReadAsStringAsync(cancellation)) : "",
            Date = response.Headers.Date,
            Now = time.GetUtcNow(),
            Elapsed = elapsed,
        };
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values)
        || response.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault()
            : null;

    private string Shown(string text)
    {
        string line = text.Trim().Split('\n', 2)[0];
        string safe = OtlpHeaders.Hide(string.Concat(line.Where(character => !char.IsControl(character))), settings.Headers);
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
