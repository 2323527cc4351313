using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Agent.Export;

/// <summary>
/// Tells the operator when exports begin to fail, why, and when they succeed again: the SDK says neither in a log.
/// Overrides both ways to send, because OTLP over HTTP uses the synchronous one and over gRPC the other.
/// </summary>
internal sealed partial class CollectorLogHandler(Uri endpoint, ExportStatus status, ILogger<CollectorLogHandler> logger)
    : DelegatingHandler
{
    private const int MaxAnswer = 200;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = base.Send(request, cancellationToken);
            response.Content.LoadIntoBufferAsync(cancellationToken).GetAwaiter().GetResult();
            Judge(response);
            return response;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Failed(ExportFaults.Describe(exception));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);

            // gRPC's status is in the trailers, which are there once the body has been read.
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            Judge(response);
            return response;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Failed(ExportFaults.Describe(exception));
            throw;
        }
    }

    private void Judge(HttpResponseMessage response)
    {
        string? grpcStatus = GrpcHeader(response, "grpc-status");
        if (!response.IsSuccessStatusCode)
        {
            Failed($"it answered {(int)response.StatusCode} {response.ReasonPhrase}{Answer(response)}");
        }
        else if (grpcStatus is not null and not "0")
        {
            Failed($"it answered gRPC status {grpcStatus}: {WebUtility.UrlDecode(GrpcHeader(response, "grpc-message") ?? "no message")}");
        }
        else if (status.Succeed() is > 0 and long failures)
        {
            Recovered(endpoint, failures);
        }
    }

    private void Failed(string reason)
    {
        if (status.Fail())
        {
            ExportFailed(endpoint, reason);
        }
    }

    /// <summary>The answer's first line, where it is text: often it names the mistake.</summary>
    private static string Answer(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType?.StartsWith("text/", StringComparison.Ordinal) != true)
        {
            return "";
        }

        using var reader = new StreamReader(response.Content.ReadAsStream());
        string line = reader.ReadLine() ?? "";
        return string.Create(CultureInfo.InvariantCulture, $": {line[..Math.Min(line.Length, MaxAnswer)]}");
    }

    private static string? GrpcHeader(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values)
        || response.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault()
            : null;

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Samples are lost until it succeeds; logged once until then.")]
    private partial void ExportFailed(Uri endpoint, string reason);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information,
        Message = "Export to {Endpoint} succeeds again after {Failures} failure(s).")]
    private partial void Recovered(Uri endpoint, long failures);
}
