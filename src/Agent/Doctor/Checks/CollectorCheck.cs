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

        return answer.Verdict.Kind == VerdictKind.Accepted
            ? Finding.Ok($"{endpoint}: an empty export by {Name(settings.Protocol)} was accepted ({answer.Status}) in {answer.Elapsed.TotalMilliseconds:0} ms")
            : Finding.Failed($"{endpoint}: {answer.Verdict.Reason}", FixOf(answer, settings.Protocol));
    }

    private static string Name(OtlpExportProtocol protocol) => protocol == OtlpExportProtocol.Grpc ? "gRPC" : "HTTP";

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

    /// <summary>By the status, whose name is a number over HTTP, or where something else than a gRPC server answers.</summary>
    private static Fix FixOf(CollectorAnswer answer, OtlpExportProtocol protocol) => answer.Verdict.ErrorType switch
    {
        "401" or "403" or "407" or "UNAUTHENTICATED" or "PERMISSION_DENIED" => CollectorFixes.Authenticate,
        "408" or "429" or "500" or "502" or "503" or "504" when !answer.IsWebPage => CollectorFixes.Busy,
        "RESOURCE_EXHAUSTED" or "UNAVAILABLE" => CollectorFixes.Busy,
        "UNIMPLEMENTED" => CollectorFixes.NoReceiver(protocol),
        [>= 'A' and <= 'Z', ..] => CollectorFixes.SeeLog,
        _ => CollectorFixes.NoReceiver(protocol),
    };
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

    /// <summary>The answer as the exporter would judge it, without secrets.</summary>
    public Verdict Verdict { get; init; } = Verdict.Accepted;

    public int Status { get; init; }

    public bool IsWebPage { get; init; }

    /// <summary>The collector's clock when it answered.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>This machine's clock at that time.</summary>
    public DateTimeOffset Now { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>An answer whose body has been read.</summary>
    public static CollectorAnswer Of(HttpResponseMessage response, OtlpExportProtocol protocol, DateTimeOffset now) => new()
    {
        Verdict = Verdict.Of(response, protocol, now),
        Status = (int)response.StatusCode,
        IsWebPage = AnswerText.IsWebPage(response),
        Date = response.Headers.Date,
        Now = now,
    };
}

/// <summary>
/// Sends one empty export with the exporter's own transport, so that TLS, headers and time limit are the real ones. An
/// <c>ExportMetricsServiceRequest</c> without metrics is an empty message (opentelemetry/proto/collector/metrics/v1/metrics_service.proto).
/// </summary>
internal sealed class CollectorProbe(OtlpSettings settings, string headersFile, TimeProvider time)
{
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
            CollectorAnswer answer = CollectorAnswer.Of(response, settings.Protocol, time.GetUtcNow());
            string reason = OtlpHeaders.Hide(OtlpHeaders.Hide(answer.Verdict.Reason, settings.Headers), headers?.Last ?? []);
            return answer with { Verdict = answer.Verdict with { Reason = reason }, Elapsed = time.GetElapsedTime(start) };
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
