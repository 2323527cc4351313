using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Export.Transport;

/// <summary>
/// Says that the collector asks for a client certificate, when there is none to show. By TLS 1.3 the connection then looks
/// sound to this side, and is closed without a word. Thread-safe.
/// </summary>
internal sealed class ClientCertificateDemand : DelegatingHandler
{
    private const string Unmet = "the collector asks for a client certificate and closed the connection; "
        + "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY name one's files";

    private bool _isUnmet;

    /// <summary>Takes the place of a transport that has no client certificate.</summary>
    public ClientCertificateDemand(SocketsHttpHandler transport)
        : base(transport) => transport.SslOptions.LocalCertificateSelectionCallback = Select;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            Volatile.Write(ref _isUnmet, false);
            return response;
        }
        catch (HttpRequestException exception) when (Volatile.Read(ref _isUnmet) && !IsRefused(exception))
        {
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, exception.Message, new AuthenticationException(Unmet));
        }
    }

    private static bool IsRefused(HttpRequestException exception) =>
        exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private X509Certificate Select(
        object sender, string targetHost, X509CertificateCollection localCertificates, X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        // Also called at the start, when the collector has not shown its own yet.
        if (remoteCertificate is not null)
        {
            Volatile.Write(ref _isUnmet, true);
        }

        // Null is none, whatever the delegate's type says.
        return null!;
    }
}
