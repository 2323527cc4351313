using Agent.Export;
using Agent.Export.Answers;
using Agent.Export.Protobuf;
using Agent.Export.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Doctor.Checks;

/// <summary>Whether the collector accepts a real, empty export.</summary>
internal static class CollectorCheck
{
    public static Finding Judge(OtlpSettings settings, CollectorAnswer answer)
    {
        string endpoint = ShownUrl.Of(settings.Endpoint);
        if (answer.Fault is { } fault)
        {
            return Finding.Failed($"{endpoint}: {OtlpHeaders.Hide(Describe(fault, answer, settings.Protocol), settings.Headers)}", FixOf(fault, answer, settings));
        }

        Finding finding = settings.Protocol == OtlpExportProtocol.Grpc && answer.Status == 200
            ? JudgeGrpc(answer)
            : JudgeHttp(settings.Protocol, answer);
        return finding with { Found = $"{endpoint}: {finding.Found}" };
    }

    private static string Describe(Exception fault, CollectorAnswer answer, OtlpExportProtocol protocol) =>
        AttemptFault.Describe(fault, protocol) + answer.Connects switch
        {
            true => "; a TCP connection succeeds",
            false => "; a TCP connection fails too",
            null => "",
        };

    private static Fix FixOf(Exception fault, CollectorAnswer answer, OtlpSettings settings) => fault switch
    {
        HeadersFileException => CollectorFixes.HeadersFile,
        OperationCanceledException => answer.Connects == false ? CollectorFixes.AllowTraffic : CollectorFixes.Hangs,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => CollectorFixes.Resolve,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => CollectorFixes.Trust,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => CollectorFixes.Start,
        _ when string.Equals(settings.Endpoint.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) => CollectorFixes.Trust,
        _ => CollectorFixes.NoReceiver(settings.Protocol),
    };

    private static Finding JudgeGrpc(CollectorAnswer answer)
    {
        string said = $"it answered gRPC status {answer.GrpcStatus}" + (answer.GrpcMessage.Length > 0 ? $": {answer.GrpcMessage}" : "");
        return answer.GrpcStatus switch
        {
            "0" when answer.IsForeign => Finding.Failed(said + " with a message that is not an OTLP response", CollectorFixes.NoReceiver(OtlpExportProtocol.Grpc)),
            "0" => Finding.Ok($"an empty export by gRPC was accepted in {Milliseconds(answer)} ms"),
            null => Finding.Failed($"it answered 200 as {Type(answer)}, without a gRPC status", CollectorFixes.NoReceiver(OtlpExportProtocol.Grpc)),

            // gRPC codes: UNIMPLEMENTED; UNAUTHENTICATED, PERMISSION_DENIED; RESOURCE_EXHAUSTED, UNAVAILABLE.
            "12" => Finding.Failed(said, CollectorFixes.NoReceiver(OtlpExportProtocol.Grpc)),
            "16" or "7" => Finding.Failed(said, CollectorFixes.Authenticate),
            "8" or "14" => Finding.Failed(said, CollectorFixes.Busy),
            _ => Finding.Failed(said, CollectorFixes.SeeLog),
        };
    }

    private static Finding JudgeHttp(OtlpExportProtocol protocol, CollectorAnswer answer)
    {
        string said = $"it answered {answer.Status} {answer.Reason}".TrimEnd()
            + (answer.IsHtml ? " with a web page (HTML)" : answer.IsForeign ? " with a body that is not an OTLP response" : "")
            + (answer.IsHtml || answer.Text.Length == 0 ? "" : $": {answer.Text}");
        return answer.Status switch
        {
            >= 200 and < 300 when !answer.IsHtml && !answer.IsForeign =>
                Finding.Ok($"an empty export by HTTP was accepted ({answer.Status}) in {Milliseconds(answer)} ms"),
            401 or 403 or 407 => Finding.Failed(said, CollectorFixes.Authenticate),
            408 or 429 or 500 or 502 or 503 or 504 when !answer.IsHtml => Finding.Failed(said, CollectorFixes.Busy),
            _ => Finding.Failed(said, CollectorFixes.NoReceiver(protocol)),
        };
    }

    private static string Type(CollectorAnswer answer) => answer.MediaType.Length > 0 ? answer.MediaType : "no type";

    private static string Milliseconds(CollectorAnswer answer) => $"{answer.Elapsed.TotalMilliseconds:0}";
}

/// <summary>How to fix a collector that cannot be reached or does not accept exports.</summary>
internal static class CollectorFixes
{
    public static readonly Fix Start = new(
        "Start the collector, or correct the host and port in OTEL_EXPORTER_OTLP_ENDPOINT; receivers usually listen on 4317 for gRPC and on 4318 for HTTP.",
        "otlp.endpoint must name the collector's Service and a port that it publishes, such as http://collector.monitoring:4317.");

    public static readonly Fix Resolve = new(
        "Correct the host in OTEL_EXPORTER_OTLP_ENDPOINT, or the resolver of this machine.",
        "write the Service with its namespace in otlp.endpoint (collector.monitoring.svc); with hostNetwork: true the pod needs dnsPolicy: ClusterFirstWithHostNet.");

    public static readonly Fix Trust = new(
        "Trust the authority that signed the collector's certificate (OTEL_EXPORTER_OTLP_CERTIFICATE), use a host name that the certificate contains, set a client certificate if the collector requires one (…_CLIENT_CERTIFICATE, …_CLIENT_KEY), or use http:// where the port does not use TLS.",
        "otlp.tls names the Secret with the authority and the client certificate; otlp.endpoint begins with https:// only where the port uses TLS.");

    public static readonly Fix AllowTraffic = new(
        "A packet filter between here and the collector drops the packets: allow TCP to the endpoint's port, or correct the host and port in OTEL_EXPORTER_OTLP_ENDPOINT.",
        "the NetworkPolicy of the agent (egress) or of the collector (ingress) does not allow it; hostNetwork pods come from the node's address.");

    public static readonly Fix Hangs = new(
        "The port accepts connections but does not answer: check the collector's own log and load, and that the port is an OTLP receiver's; OTEL_EXPORTER_OTLP_TIMEOUT sets the time limit.");

    public static readonly Fix Authenticate = new(
        "Put valid credentials for this collector in OTEL_EXPORTER_OTLP_HEADERS, such as authorization=Bearer%20TOKEN.",
        "otlp.headersSecret names a Secret with them.");

    public static readonly Fix HeadersFile = new(
        "Make the file readable for this user, one name: value a line, or correct its path in Export:HeadersFile.",
        "otlp.headersSecret names the Secret that is mounted there.");

    public static readonly Fix Busy = new(
        "The collector is overloaded or its backend is down: see its own log. It refuses exports until that is fixed.");

    public static readonly Fix SeeLog = new("See the collector's own log for why it refuses.");

    /// <summary>What answers is not a receiver of this protocol.</summary>
    public static Fix NoReceiver(OtlpExportProtocol protocol) => protocol == OtlpExportProtocol.Grpc
        ? new Fix(
            "That is not OTLP over gRPC: correct the port in OTEL_EXPORTER_OTLP_ENDPOINT (usually 4317), or, where the port is the one for HTTP (usually 4318), set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.",
            "set otlp.endpoint to the port for gRPC, or otlp.protocol to http/protobuf.")
        : new Fix(
            "That is not OTLP over HTTP: correct the port (usually 4318) and path in OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/metrics is appended, or, where the port is the one for gRPC (usually 4317), set OTEL_EXPORTER_OTLP_PROTOCOL=grpc.",
            "set otlp.endpoint to the base URL of the receiver for HTTP, or otlp.protocol to grpc.");
}

/// <summary>The answer to the empty export.</summary>
internal sealed record CollectorAnswer
{
    /// <summary>Why there was no answer; null when there was one.</summary>
    public Exception? Fault { get; init; }

    /// <summary>After a timeout: whether a TCP connection succeeds; null when not tried.</summary>
    public bool? Connects { get; init; }

    public int Status { get; init; }

    public string Reason { get; init; } = "";

    public string MediaType { get; init; } = "";

    /// <summary>The gRPC status, from the trailers or the headers; null when there is none.</summary>
    public string? GrpcStatus { get; init; }

    public string GrpcMessage { get; init; } = "";

    /// <summary>The first line of a text body, without secrets and control characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>A success by its status, but not an answer of an OTLP receiver: an export would not count as delivered.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The collector's clock when it answered.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>This machine's clock at that time.</summary>
    public DateTimeOffset Now { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>A web page, even without the media type.</summary>
    public bool IsHtml => MediaType.Contains("html", StringComparison.OrdinalIgnoreCase)
        || Text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
        || Text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Sends one empty export with the exporter's own transport, so that TLS, headers and time limit are the real ones. An <c>ExportMetricsServiceRequest</c> without metrics is an empty message
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
            GrpcMessage = Shown(GrpcAnswer.MessageOf(response), headers),
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

    /// <summary>Null through a proxy: a connection to it shows nothing about the collector.</summary>
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
