using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Agent.Tests.Support.Otlp;

/// <summary>TLS of the receiver, with or without client certificates.</summary>
internal static class OtlpReceiverTls
{
    public static void Use(ListenOptions listen, X509Certificate2 certificate, X509Certificate2? clientAuthority) =>
        listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            if (clientAuthority is not null)
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (shown, _, _) => IsSignedBy(shown, clientAuthority);
            }
        });

    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate);
    }
}
