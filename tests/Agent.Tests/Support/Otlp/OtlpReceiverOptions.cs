using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Agent.Tests.Support.Otlp;

/// <summary>How an <see cref="OtlpReceiver"/> listens.</summary>
internal sealed record OtlpReceiverOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The ports; 0 has the system choose.</summary>
    public int HttpPort { get; init; }

    public int GrpcPort { get; init; }

    /// <summary>Speaks TLS with this certificate.</summary>
    public X509Certificate2? ServerCertificate { get; init; }

    /// <summary>Asks for a client certificate that this authority signed, and takes no other.</summary>
    public X509Certificate2? ClientAuthority { get; init; }
}
