using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Agent.Export.Transport;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Transport;

public sealed class CertificateFaultsTests : IDisposable
{
    private readonly TestCertificates _certificates = new("own");

    [Fact]
    public void Validate_NothingWrong_IsTrue() =>
        CertificateFaults.Validate(this, _certificates.Server, null, SslPolicyErrors.None).ShouldBeTrue();

    [Fact]
    public void Validate_NoCertificate_SaysSo() =>
        Refusal(null, null, SslPolicyErrors.RemoteCertificateNotAvailable).ShouldBe("the collector shows no certificate");

    [Fact]
    public void Validate_AnotherHost_NamesTheHosts() =>
        Refusal(_certificates.OtherHostsServer, null, SslPolicyErrors.RemoteCertificateNameMismatch)
            .ShouldBe("the collector's certificate is for another host (elsewhere.example) than the endpoint's");

    [Theory]
    [InlineData(-7, "is not valid before")]
    [InlineData(7, "expired at")]
    public void Validate_OutOfItsTime_SaysSince(int days, string words)
    {
        using X509Chain chain = Chain(DateTime.UtcNow.AddDays(days));

        string refusal = Refusal(_certificates.Server, chain, SslPolicyErrors.RemoteCertificateChainErrors);

        refusal.ShouldContain(words);
        refusal.ShouldContain(days < 0 ? $"{_certificates.Server.NotBefore.ToUniversalTime():u}" : $"{_certificates.Server.NotAfter.ToUniversalTime():u}");
    }

    [Fact]
    public void Validate_UnknownAuthority_NamesItAndTheSetting()
    {
        using X509Chain chain = Chain(DateTime.UtcNow, trusted: false);

        string refusal = Refusal(_certificates.Server, chain, SslPolicyErrors.RemoteCertificateChainErrors);

        refusal.ShouldContain("CN=own authority");
        refusal.ShouldContain("OTEL_EXPORTER_OTLP_CERTIFICATE");
    }

    public void Dispose() => _certificates.Dispose();

    private static string Refusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        Should.Throw<AuthenticationException>(() => CertificateFaults.Validate(certificate ?? new object(), certificate, chain, errors)).Message;

    private X509Chain Chain(DateTime now, bool trusted = true)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now;
        if (trusted)
        {
            chain.ChainPolicy.CustomTrustStore.Add(_certificates.Authority);
        }

        chain.Build(_certificates.Server);
        return chain;
    }
}
