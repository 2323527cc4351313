using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Export.Transport;

/// <summary>
/// Sends one request to the collector and reads the whole answer: one attempt. Giving the exporter our own transport
/// means to do its TLS as well. Proxies come from the usual variables (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>).
/// </summary>
internal sealed class CollectorSender : IDisposable
{
    /// <summary>An answer is a few bytes, or a web page by mistake; more is not taken into memory.</summary>
    private const int MaxAnswerBytes = 1 << 16;

    /// <summary>Connections live no longer, so that a collector whose address changed in DNS is found again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HeadersFile? _headersFile;
    private readonly ClientCertificateDemand _demand;
    private readonly HttpMessageInvoker _invoker;

    public CollectorSender(OtlpSettings settings, HeadersFile? headersFile)
    {
        _headersFile = headersFile;
        _demand = new ClientCertificateDemand();
        _invoker = new HttpMessageInvoker(Transport(settings.Tls, _demand));
    }

    /// <summary>Sends the request, with the headers of the file, and reads the answer to its end.</summary>
    /// <exception cref="HttpRequestException">No whole answer came.</exception>
    /// <exception cref="HeadersFileException">There are no headers to send.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        _headersFile?.ApplyTo(request);
        try
        {
            HttpResponseMessage response = await SendAndReadAsync(request, cancellation);
            _demand.Settle();
            return response;
        }
        catch (Exception exception) when (_demand.Explains(exception))
        {
            throw ClientCertificateDemand.Explain(exception);
        }
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<HttpResponseMessage> SendAndReadAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response = await _invoker.SendAsync(request, cancellation);
        try
        {
            // gRPC's status is in the trailers, which are there once the body has been read.
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellation);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static SocketsHttpHandler Transport(OtlpTlsFiles tls, ClientCertificateDemand demand) => new()
    {
        // A redirected POST becomes a GET, and a web page's 200 would pass for an export that arrived.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = ConnectionLifetime,
        EnableMultipleHttp2Connections = false,
        ActivityHeadersPropagator = null,
        SslOptions = TlsOptions(tls, demand),
    };

    private static SslClientAuthenticationOptions TlsOptions(OtlpTlsFiles tls, ClientCertificateDemand demand)
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = CertificateFaults.Validate };
        if (tls.Client is { } client)
        {
            options.ClientCertificates = [client];
        }
        else
        {
            options.LocalCertificateSelectionCallback = demand.Select;
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
