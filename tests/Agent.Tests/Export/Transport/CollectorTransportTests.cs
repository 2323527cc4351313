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
        using CollectorSender sender = Sender(out CollectorTransport transport);
        await using (OtlpReceiver before = await StartAsync(_old))
        {
            (await SendAsync(sender, before)).ShouldBe(200);
            transport.Current().ShouldBeSameAs(transport.Current());
        }

        await using OtlpReceiver after = await StartAsync(_new);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(sender, after));
        Install(_new);

        (await SendAsync(sender, after)).ShouldBe(200);
        after.Exports.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=agent");
        _log.All.ShouldHaveSingleItem().ShouldContain("have changed; new connections use them");
    }

    [Fact]
    public async Task Current_KeyAndCertificateDoNotMatch_KeepsThoseFromBeforeUntilTheyDo()
    {
        Install(_old);
        using CollectorSender sender = Sender(out _);
        await using OtlpReceiver receiver = await StartAsync(_old);
        File.Copy(_new.ClientFile, _folder.File("client.pem"), overwrite: true);

        (await SendAsync(sender, receiver)).ShouldBe(200);
        (await SendAsync(sender, receiver)).ShouldBe(200);

        _log.All.ShouldHaveSingleItem().ShouldContain("cannot be used: the key in ");
        Install(_old);
        (await SendAsync(sender, receiver)).ShouldBe(200);
        _log.All.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Current_TheFilesDiskDoesNotAnswer_KeepsThoseFromBeforeAndSaysSoOnce()
    {
        Install(_old);
        using CollectorSender sender = Sender(out _);
        await using OtlpReceiver receiver = await StartAsync(_old);
        using var hung = new HungFileSystem();
        File.Delete(_folder.File("client.pem"));
        File.CreateSymbolicLink(_folder.File("client.pem"), Path.Combine(hung.Path, "client.pem"));

        (await SendAsync(sender, receiver)).ShouldBe(200);
        (await SendAsync(sender, receiver)).ShouldBe(200);

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

    /// <summary>A new connection looks the host's name up again: so a changed DNS record is followed.</summary>
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Send_ConnectionsThatAreOld_AreMadeAnew(OtlpExportProtocol protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using FaultyLink link = FaultyLink.To((protocol == OtlpExportProtocol.Grpc ? receiver.GrpcEndpoint : receiver.HttpEndpoint).Port);
        var settings = new OtlpSettings { Endpoint = link.Endpoint, Protocol = protocol };
        var lifetime = TimeSpan.FromSeconds(1);
        using var sender = new CollectorSender(
            new CollectorTransport(settings.Tls, _log.Logger<CollectorTransport>(), lifetime), [], headersFile: null);
        await SendAsync(sender, settings);
        await Task.Delay(lifetime + lifetime, TestContext.Current.CancellationToken);
        await SendAsync(sender, settings);
        int madeAnew = link.Connections;
        await SendAsync(sender, settings);

        madeAnew.ShouldBe(2);
        receiver.Exports.Count.ShouldBe(3);
    }

    [Fact]
    public void Current_NoFiles_StaysTheSame()
    {
        using var transport = new CollectorTransport(new OtlpTlsFiles(null, null), _log.Logger<CollectorTransport>());

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

    private static Task<int> SendAsync(CollectorSender sender, OtlpReceiver receiver) => SendAsync(
        sender, new OtlpSettings { Endpoint = new Uri(receiver.HttpEndpoint, "v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf });

    private static async Task<int> SendAsync(CollectorSender sender, OtlpSettings settings)
    {
        using HttpRequestMessage request = new OtlpRequest(settings, "test/1").Create(new OtlpPayload(Messages.Export(1), IsGzip: false));
        using HttpResponseMessage response = await sender.SendAsync(request, CancellationToken.None);
        return (int)response.StatusCode;
    }

    private CollectorSender Sender(out CollectorTransport transport)
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
        transport = new CollectorTransport(files, _log.Logger<CollectorTransport>());
        return new CollectorSender(transport, [], headersFile: null);
    }

    private void Install(TestCertificates certificates)
    {
        File.Copy(certificates.AuthorityFile, _folder.File("authority.pem"), overwrite: true);
        File.Copy(certificates.ClientFile, _folder.File("client.pem"), overwrite: true);
        File.Copy(certificates.ClientKeyFile, _folder.File("client.key"), overwrite: true);
    }
}
