using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Export.Transport;

/// <summary>
/// Notices that the collector asks for a client certificate when there is none to show. By TLS 1.3 the connection then
/// looks sound to this side, and is closed without a word. Thread-safe.
/// </summary>
internal sealed class ClientCertificateDemand
{
    private bool _isUnmet;

    /// <summary>For <see cref="System.Net.Security.LocalCertificateSelectionCallback"/>: there is none.</summary>
    public X509Certificate Select(
        object sender, string targetHost, X509CertificateCollection localCertificates, X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        // Also called at the start, when the collector has not shown its own yet.
        if (remoteCertificate is not null)
        {
            Volatile.Write(ref _isUnmet, true);
        }

        return null!;
    }

    /// <summary>An answer came: the collector asked, and does without.</summary>
    public void Settle() => Volatile.Write(ref _isUnmet, false);

    /// <summary>The failure of an attempt that this explains.</summary>
    public bool Explains(Exception exception) =>
        Volatile.Read(ref _isUnmet)
        && exception is HttpRequestException or IOException
        && exception.GetBaseException() is not SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    public static HttpRequestException Explain(Exception exception) => new(
        HttpRequestError.SecureConnectionError,
        exception.Message,
        new AuthenticationException(
            "the collector asks for a client certificate and closed the connection; OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and "
            + "OTEL_EXPORTER_OTLP_CLIENT_KEY name one's files"));
}
