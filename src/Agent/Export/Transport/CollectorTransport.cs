using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agent.Export.Answers;
using Agent.Export.Disk;

namespace Agent.Export.Transport;

/// <summary>
/// Sends requests to the collector and reads the answers. Connections are replaced when a certificate's file has changed, as
/// those that a certificate manager renews live for hours and the agent for months, and after a request that was not
/// answered in time. Proxies come from the usual variables (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>).
/// </summary>
/// <param name="settings">The certificates and the variable's headers.</param>
/// <param name="headersFile">The file of headers, which win over the variable's. Disposed with this.</param>
/// <param name="logger">Where changes of certificates are logged.</param>
/// <param name="connectionLifetime">How old a connection may get; null for two minutes.</param>
internal sealed partial class CollectorTransport(
    OtlpSettings settings, HeadersFile? headersFile, ILogger logger, TimeSpan? connectionLifetime = null) : IDisposable
{
    /// <summary>Connections live no longer, so that a collector whose address changed in DNS is found again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly DiskThread _disk = new(DiskThread.AnswerLimit);
    private OtlpTlsFiles _files = settings.Tls;
    private string _fingerprint = settings.Tls.LoadedFingerprint;
    private bool _isUnanswered;
    private HttpMessageInvoker _current = new(Handler(settings.Tls, connectionLifetime));

    /// <summary>Requests may still be under way by the one before.</summary>
    private HttpMessageInvoker? _former;

    /// <summary>One attempt: sends the request, with the configured headers, and reads the answer, whose body may be cut.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    /// <exception cref="IOException">The connection ended before the answer did.</exception>
    /// <exception cref="HeadersFileException">There are no headers to send.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        RequestHeader.Apply(settings.Headers, request.Headers);
        headersFile?.ApplyTo(request);
        HttpMessageInvoker connections = Current();
        HttpResponseMessage? response = null;
        try
        {
            response = await connections.SendAsync(request, cancellation);

            await AnswerBody.ReadAsync(response, hasTrailers: settings.Protocol == OtlpExportProtocol.Grpc, cancellation);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (exception is OperationCanceledException)
            {
                Abandon(connections);
            }

            throw;
        }
    }

    /// <summary>What to send with now. Looks at the files: small, and a Kubernetes Secret's change shows in their content alone.</summary>
    public HttpMessageInvoker Current()
    {
        lock (_lock)
        {
            try
            {
                RenewWhereChanged();
            }
            catch (IOException exception)
            {
                // Neither changed nor unchanged, as the disk does not answer.
                if (!_isUnanswered)
                {
                    NotRenewed(exception.Message);
                }

                _isUnanswered = true;
            }

            return _current;
        }
    }

    public void Dispose()
    {
        _disk.Dispose();
        _former?.Dispose();
        _current.Dispose();
        headersFile?.Dispose();
    }

    /// <summary>
    /// After a request that was not answered in time: the next one goes over a new connection. Over HTTP/2 only the request ends with the
    /// time limit; the connection stays, also when its peer is gone and the packets to it are dropped without a reset. Pings
    /// would find that out too, but receivers close connections on which they come often (gRPC's "too_many_pings").
    /// </summary>
    private void Abandon(HttpMessageInvoker connections)
    {
        lock (_lock)
        {
            if (connections == _current)
            {
                Replace(_files);
            }
        }
    }

    /// <summary>Reads the files, and uses them where they are not what they were.</summary>
    /// <exception cref="IOException">Their disk does not answer.</exception>
    private void RenewWhereChanged()
    {
        string fingerprint = _files.HasFiles ? _disk.Run(_files.Fingerprint) : "";
        _isUnanswered = false;
        if (string.Equals(fingerprint, _fingerprint, StringComparison.Ordinal))
        {
            return;
        }

        _fingerprint = fingerprint;
        try
        {
            Replace(_disk.Run(_files.Reload));
            Renewed();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Looked at again when they change: key and certificate may be written one after the other.
            _fingerprint = _disk.IsHung ? "" : _fingerprint;
            NotRenewed(exception.Message);
        }
    }

    private void Replace(OtlpTlsFiles renewed)
    {
        var next = new HttpMessageInvoker(Handler(renewed, connectionLifetime));
        _former?.Dispose();
        (_former, _current, _files) = (_current, next, renewed);
    }

    private static HttpMessageHandler Handler(OtlpTlsFiles tls, TimeSpan? connectionLifetime)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected POST becomes a GET, and a web page's 200 would pass for an export that arrived.
            AllowAutoRedirect = false,
            PooledConnectionLifetime = connectionLifetime ?? ConnectionLifetime,
            EnableMultipleHttp2Connections = false,
            ActivityHeadersPropagator = null,
            SslOptions = TlsOptions(tls),
        };
        return tls.Client is null ? new ClientCertificateDemand(handler) : handler;
    }

    private static SslClientAuthenticationOptions TlsOptions(OtlpTlsFiles tls)
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = CertificateFaults.Validate };
        if (tls.Client is { } client)
        {
            options.ClientCertificates = [client];
        }

        if (tls.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    [LoggerMessage(EventId = 18, Level = LogLevel.Information, Message = "The certificates for the collector have changed; new connections use them.")]
    private partial void Renewed();

    [LoggerMessage(EventId = 19, Level = LogLevel.Warning,
        Message = "The certificates for the collector have changed and cannot be used: {Reason} The previous ones are still used.")]
    private partial void NotRenewed(string reason);
}
