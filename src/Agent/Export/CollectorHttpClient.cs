using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Agent.Export;

/// <summary>
/// The HTTP client that the OTLP exporter sends with, over either protocol. Giving the exporter our own means to do
/// its TLS as well.
/// </summary>
internal static class CollectorHttpClient
{
    /// <summary>Connections live no longer, so that a collector whose address changed in DNS is found again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public static HttpClient Create(OtlpSettings settings, ExportStatus status, ILogger<CollectorLogHandler> logger)
    {
        var transport = new SocketsHttpHandler
        {
            // A redirected POST becomes a GET, and a web page's 200 would pass for an export that arrived.
            AllowAutoRedirect = false,
            PooledConnectionLifetime = ConnectionLifetime,
            EnableMultipleHttp2Connections = false,
            ActivityHeadersPropagator = null,
            SslOptions = TlsOptions(settings.Tls),
        };
        return new HttpClient(new CollectorLogHandler(settings.Endpoint, status, logger) { InnerHandler = transport })
        {
            Timeout = TimeSpan.FromMilliseconds(settings.TimeoutMilliseconds),
        };
    }

    private static SslClientAuthenticationOptions TlsOptions(OtlpTlsFiles tls)
    {
        var options = new SslClientAuthenticationOptions();
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
}
