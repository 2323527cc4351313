using Agent.Export.Transport;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Transport;

public sealed class OtlpTlsFilesTests : IDisposable
{
    private const string Certificate = "OTEL_EXPORTER_OTLP_CERTIFICATE";
    private const string ClientCertificate = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
    private const string ClientKey = "OTEL_EXPORTER_OTLP_CLIENT_KEY";

    private readonly TestCertificates _certificates = new("tls");
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _faults = [];

    [Fact]
    public void Read_AllThreeFiles_LoadsThem()
    {
        OtlpTlsFiles files = Read(
            (Certificate, _certificates.AuthorityFile),
            (ClientCertificate, _certificates.ClientFile),
            (ClientKey, _certificates.ClientKeyFile));

        _faults.ShouldBeEmpty();
        files.Authorities.ShouldNotBeNull().ShouldHaveSingleItem().Subject.ShouldBe("CN=tls authority");
        files.Client.ShouldNotBeNull().HasPrivateKey.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ClientCertificate, ClientKey)]
    [InlineData(ClientKey, ClientCertificate)]
    public void Read_CertificateWithoutKeyOrKeyWithout_IsAFaultThatNamesTheOther(string set, string missing)
    {
        Read((set, _certificates.ClientFile));

        _faults.ShouldHaveSingleItem().ShouldStartWith($"variable {missing}: ");
    }

    [Fact]
    public void Read_FilesThatDoNotHold_AreFaultsThatNameThem()
    {
        string empty = _folder.Write("empty.pem", "no certificate");
        string missing = _folder.File("missing.pem");

        Read((Certificate, empty), (ClientCertificate, missing), (ClientKey, missing));

        _faults.Count.ShouldBe(2);
        _faults[0].ShouldStartWith($"variable {Certificate}: \"{empty}\" is not allowed; it takes a readable PEM file");
        _faults[1].ShouldStartWith($"variable {ClientCertificate}: \"{missing}\" is not allowed; it takes a readable PEM file");
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    private OtlpTlsFiles Read(params (string Name, string Value)[] variables) => OtlpTlsFiles.Read(
        new OtelVariables(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), _faults));
}
