using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Export.Transport;

/// <summary>Explains what is wrong with the collector's certificate, where the platform only names a flag.</summary>
internal static class CertificateFaults
{
    private const string AuthoritySetting = "OTEL_EXPORTER_OTLP_CERTIFICATE";

    /// <summary>For <see cref="RemoteCertificateValidationCallback"/>: accepts what the platform accepts, and nothing else.</summary>
    /// <exception cref="AuthenticationException">It is refused; the message says why.</exception>
    public static bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None ? true : throw new AuthenticationException(Describe(certificate as X509Certificate2, chain, errors));

    private static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the collector shows no certificate";
        }

        X509ChainStatus[] faults = chain?.ChainStatus ?? [];
        if (faults.Any(fault => fault.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
        {
            return OutOfTime(chain!);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the collector's certificate is for another host ({Names(certificate)}) than the endpoint's";
        }

        return faults.Any(fault => fault.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot)
            ? $"the collector's certificate is signed by an authority that is not trusted ({certificate.Issuer}); {AuthoritySetting} names a file of those that are"
            : $"the collector's certificate is not valid: {string.Join(", ", faults.Select(fault => fault.Status))}";
    }

    /// <summary>The first of the chain whose time is not now.</summary>
    private static string OutOfTime(X509Chain chain)
    {
        X509Certificate2 certificate = chain.ChainElements
            .First(element => element.ChainElementStatus.Any(fault => fault.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
            .Certificate;
        return certificate.NotAfter.ToUniversalTime() < chain.ChainPolicy.VerificationTime.ToUniversalTime()
            ? $"the collector's certificate expired at {certificate.NotAfter.ToUniversalTime():u} ({certificate.Subject})"
            : $"the collector's certificate is not valid before {certificate.NotBefore.ToUniversalTime():u} ({certificate.Subject}); is this node's clock right?";
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => $"{address}")];
        return all.Length > 0 ? string.Join(", ", all) : certificate.Subject;
    }
}

/// <summary>
/// Explains that the collector asks for a client certificate, when none is configured. By TLS 1.3 the connection then looks
/// established to this side, and is closed without an alert. Thread-safe.
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
        catch (HttpRequestException exception) when (Volatile.Read(ref _isUnmet) && !AttemptFault.IsRefused(exception))
        {
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, exception.Message, new AuthenticationException(Unmet));
        }
    }

    private X509Certificate Select(
        object sender, string targetHost, X509CertificateCollection localCertificates, X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        // Also called at the start, when the collector has not shown its own yet.
        if (remoteCertificate is not null)
        {
            Volatile.Write(ref _isUnmet, true);
        }

        // Null means no certificate, against the delegate's type.
        return null!;
    }
}
