using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agent.Export.Disk;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Transport;

/// <summary>
/// The connections to the collector. Made anew when a certificate's file has changed: those that a certificate manager
/// renews live for hours, the agent for months; and when a request was not answered in time. Proxies come from the usual variables (<c>HTTPS_PROXY</c>,
/// <c>HTTP_PROXY</c>, <c>NO_PROXY</c>).
/// </summary>
/// <param name="files">The certificates.</param>
/// <param name="logger">Where changes of them are told.</param>
/// <param name="connectionLifetime">How old a connection may get; null for two minutes.</param>
internal sealed partial class CollectorTransport(OtlpTlsFiles files, ILogger logger, TimeSpan? connectionLifetime = null) : IDisposable
{
    /// <summary>Connections live no longer, so that a collector whose address changed in DNS is found again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly DiskThread _disk = new(DiskThread.AnswerLimit);
    private OtlpTlsFiles _files = files;
    private string _fingerprint = files.LoadedFingerprint;
    private bool _isUnanswered;
    private HttpMessageInvoker _current = new(Handler(files, connectionLifetime));

    /// <summary>Requests may still be under way by the one before.</summary>
    private HttpMessageInvoker? _former;

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

    /// <summary>
    /// After a request that was not answered in time: the next one goes over a new connection. Over HTTP/2 only the request ends with the
    /// time limit; the connection stays, also when its peer is gone and the packets to it are dropped without a reset. Pings
    /// would find that out too, but receivers close connections on which they come often (gRPC's "too_many_pings").
    /// </summary>
    /// <param name="connections">What the request was sent with.</param>
    public void Abandon(HttpMessageInvoker connections)
    {
        lock (_lock)
        {
            if (connections == _current)
            {
                Replace(_files);
            }
        }
    }

    public void Dispose()
    {
        _disk.Dispose();
        _former?.Dispose();
        _current.Dispose();
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
        Message = "The certificates for the collector have changed and cannot be used: {Reason} Those from before go on being used.")]
    private partial void NotRenewed(string reason);
}
