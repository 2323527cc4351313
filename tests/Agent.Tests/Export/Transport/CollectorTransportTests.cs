using Agent.Export.Protobuf;
using Agent.Export.Transport;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

/// <summary>Certificates that are renewed while the agent runs, against a real TLS server that asks for them.</summary>
public sealed class CollectorTransportTests : IDisposable
{
    private readonly TestCertificates _old = new("old");
    private readonly TestCertificates _new = new("new");
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    [Fact]
    public async Task Current_CertificatesRenewed_UsesThem()
    {
        Install(_old);
        using CollectorTransport transport = Transport();
        await using (OtlpReceiver before = await StartAsync(_old))
        {
            (await SendAsync(transport, before)).ShouldBe(200);
            transport.Current().ShouldBeSameAs(transport.Current());
        }

        await using OtlpReceiver after = await StartAsync(_new);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(transport, after));
        Install(_new);

        (await SendAsync(transport, after)).ShouldBe(200);
        after.Exports.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=agent");
        _log.All.ShouldHaveSingleItem().ShouldContain("have changed; new connections use them");
    }

    [Fact]
    public async Task Current_KeyAndCertificateDoNotMatch_KeepsThoseFromBeforeUntilTheyDo()
    {
        Install(_old);
        using CollectorTransport transport = Transport();
        await using OtlpReceiver receiver = await StartAsync(_old);
        File.Copy(_new.ClientFile, _folder.File("client.pem"), overwrite: true);

        (await SendAsync(transport, receiver)).ShouldBe(200);
        (await SendAsync(transport, receiver)).ShouldBe(200);

        _log.All.ShouldHaveSingleItem().ShouldContain("cannot be used: the key in ");
        Install(_old);
        (await SendAsync(transport, receiver)).ShouldBe(200);
        _log.All.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Current_TheFilesDiskDoesNotAnswer_KeepsThoseFromBeforeAndSaysSoOnce()
    {
        Install(_old);
        using CollectorTransport transport = Transport();
        await using OtlpReceiver receiver = await StartAsync(_old);
        using var hung = new HungFileSystem();
        File.Delete(_folder.File("client.pem"));
        File.CreateSymbolicLink(_folder.File("client.pem"), Path.Combine(hung.Path, "client.pem"));

        (await SendAsync(transport, receiver)).ShouldBe(200);
        (await SendAsync(transport, receiver)).ShouldBe(200);

        _log.All.ShouldHaveSingleItem().ShouldContain("it did not answer within 3 s");
        File.Delete(_folder.File("client.pem"));
    }

    [Fact]
    public void Read_TheFilesDiskDoesNotAnswer_IsAFaultOfTheVariable()
    {
        using var hung = new HungFileSystem();
        var faults = new List<string>();
        string file = Path.Combine(hung.Path, "ca.pem");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = file };

        OtlpTlsFiles.Read(new OtelVariables(variables, faults));

        string fault = faults.ShouldHaveSingleItem();
        fault.ShouldContain(file);
        fault.ShouldContain("it did not answer within 3 s");
    }

    /// <summary>Neither is waited for, and neither is read to its end.</summary>
    [Theory]
    [InlineData("fifo", "a named pipe")]
    [InlineData("/dev/zero", "a character device")]
    public async Task Current_AFileIsNoRegularOne_KeepsThoseFromBeforeUntilItIs(string kind, string said)
    {
        Install(_old);
        using CollectorTransport transport = Transport();
        await using OtlpReceiver receiver = await StartAsync(_old);
        string target = kind;
        if (kind == "fifo")
        {
            target = _folder.File("fifo");
            NamedPipe.Create(target);
        }

        File.Delete(_folder.File("client.pem"));
        File.CreateSymbolicLink(_folder.File("client.pem"), target);

        (await SendAsync(transport, receiver)).ShouldBe(200);

        _log.All.ShouldHaveSingleItem().ShouldContain(said);
        File.Delete(_folder.File("client.pem"));
        Install(_old);
        (await SendAsync(transport, receiver)).ShouldBe(200);
        _log.All.Length.ShouldBe(2);
    }

    /// <summary>A new connection looks the host's name up again: so a changed DNS record is followed.</summary>
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Send_ConnectionsThatAreOld_AreMadeAnew(OtlpExportProtocol protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using FaultyLink link = FaultyLink.To((protocol == OtlpExportProtocol.Grpc ? receiver.GrpcEndpoint : receiver.HttpEndpoint).Port);
        var settings = new OtlpSettings { Endpoint = link.Endpoint, Protocol = protocol };
        var lifetime = TimeSpan.FromSeconds(0.3);
        using var transport = new CollectorTransport(settings, headersFile: null, _log.Logger<CollectorTransport>(), lifetime);
        await SendAsync(transport, settings);
        await Task.Delay(lifetime + lifetime, TestContext.Current.CancellationToken);
        await SendAsync(transport, settings);
        int madeAnew = link.Connections;
        await SendAsync(transport, settings);

        madeAnew.ShouldBe(2);
        receiver.Exports.Count.ShouldBe(3);
    }

    [Fact]
    public void Current_NoFiles_StaysTheSame()
    {
        using var transport = new CollectorTransport(To(new OtlpTlsFiles(null, null)), headersFile: null, _log.Logger<CollectorTransport>());

        transport.Current().ShouldBeSameAs(transport.Current());
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
        _folder.Dispose();
    }

    private static Task<OtlpReceiver> StartAsync(TestCertificates certificates) => OtlpReceiver.StartAsync(
        new OtlpReceiverOptions { ServerCertificate = certificates.Server, ClientAuthority = certificates.Authority });

    private static Task<int> SendAsync(CollectorTransport transport, OtlpReceiver receiver) => SendAsync(
        transport, new OtlpSettings { Endpoint = new Uri(receiver.HttpEndpoint, "v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf });

    private static async Task<int> SendAsync(CollectorTransport transport, OtlpSettings settings)
    {
        using HttpRequestMessage request = new OtlpRequest(settings, "test/1").Create(new OtlpPayload(Messages.Export(1), IsGzip: false));
        using HttpResponseMessage response = await transport.SendAsync(request, CancellationToken.None);
        return (int)response.StatusCode;
    }

    private CollectorTransport Transport()
    {
        var faults = new List<string>();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = _folder.File("authority.pem"),
            ["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = _folder.File("client.pem"),
            ["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = _folder.File("client.key"),
        };
        OtlpTlsFiles files = OtlpTlsFiles.Read(new OtelVariables(variables, faults));
        faults.ShouldBeEmpty();
        return new CollectorTransport(To(files), headersFile: null, _log.Logger<CollectorTransport>());
    }

    private static OtlpSettings To(OtlpTlsFiles files) => new() { Endpoint = new Uri("https://c:1"), Protocol = OtlpExportProtocol.HttpProtobuf, Tls = files };

    private void Install(TestCertificates certificates)
    {
        File.Copy(certificates.AuthorityFile, _folder.File("authority.pem"), overwrite: true);
        File.Copy(certificates.ClientFile, _folder.File("client.pem"), overwrite: true);
        File.Copy(certificates.ClientKeyFile, _folder.File("client.key"), overwrite: true);
    }
}
