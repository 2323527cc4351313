using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Tests.Support;

/// <summary>A certificate authority of the test's own, and what it signs.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly string[] OwnNames = ["localhost", "127.0.0.1"];

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);

    private readonly TemporaryFolder _folder = new();
    private readonly DateTimeOffset _begin = DateTimeOffset.UtcNow - TimeSpan.FromDays(1);

    /// <summary>Makes the authority, and signs.</summary>
    /// <param name="name">Of the authority.</param>
    /// <param name="hosts">What the server's certificate holds for beside 127.0.0.1 and localhost.</param>
    public TestCertificates(string name, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Authority = request.CreateSelfSigned(_begin, _begin + Lifetime);
        AuthorityFile = _folder.Write("authority.pem", Authority.ExportCertificatePem());
        Server = Sign("localhost", ServerAuthentication, [.. OwnNames, .. hosts], _begin + Lifetime - TimeSpan.FromHours(1));
        ExpiredServer = Sign("localhost", ServerAuthentication, OwnNames, _begin + TimeSpan.FromHours(1));
        OtherHostsServer = Sign("elsewhere", ServerAuthentication, ["elsewhere.example"], _begin + Lifetime - TimeSpan.FromHours(1));
        using X509Certificate2 client = Sign("agent", ClientAuthentication, OwnNames, _begin + Lifetime - TimeSpan.FromHours(1));
        ClientFile = _folder.Write("client.pem", client.ExportCertificatePem());
        ClientKeyFile = _folder.Write("client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Authority { get; }

    public string AuthorityFile { get; }

    /// <summary>For 127.0.0.1 and localhost, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>As <see cref="Server"/>, but it ran out 23 hours ago.</summary>
    public X509Certificate2 ExpiredServer { get; }

    /// <summary>As <see cref="Server"/>, but for another host alone.</summary>
    public X509Certificate2 OtherHostsServer { get; }

    public string ClientFile { get; }

    public string ClientKeyFile { get; }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        ExpiredServer.Dispose();
        OtherHostsServer.Dispose();
        _folder.Dispose();
    }

    /// <summary>Makes a certificate with its key.</summary>
    /// <param name="name">The subject's common name.</param>
    /// <param name="usage">The extended key usage.</param>
    /// <param name="hosts">Names and addresses that it holds for.</param>
    /// <param name="end">When it runs out.</param>
    private X509Certificate2 Sign(string name, string usage, string[] hosts, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            if (IPAddress.TryParse(host, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using X509Certificate2 signed = request.Create(
            Authority, _begin, end, RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);

        // A key that is only in memory does for TLS on Linux once it has been through PKCS #12.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
