using System.Security.Cryptography.X509Certificates;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _own = new("own");
    private readonly TestCertificates _foreign = new("foreign");

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_WithTheRightAuthority_Arrives(string protocol)
    {
        await using OtlpReceiver receiver = await StartAsync(clientAuthority: null);
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.By(receiver, protocol), new("OTEL_EXPORTER_OTLP_CERTIFICATE", _own.AuthorityFile)]);

        ReceivedExport export = await receiver.WaitForExportAsync();

        export.Protocol.ShouldBe(protocol);
        export.ClientCertificate.ShouldBeNull();
        export.Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Export_ToAnUnknownAuthoritysCertificate_SaysSoInOneLine(string protocol) =>
        AssertRefusedAsync(protocol, _foreign.Server, "signed by an authority that is not trusted (CN=foreign authority)");

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_WithAClientCertificate_ShowsIt(string protocol)
    {
        await using OtlpReceiver receiver = await StartAsync(_own.Authority);
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.By(receiver, protocol),
            new("OTEL_EXPORTER_OTLP_CERTIFICATE", _own.AuthorityFile),
            new("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", _own.ClientFile),
            new("OTEL_EXPORTER_OTLP_CLIENT_KEY", _own.ClientKeyFile),
        ]);

        (await receiver.WaitForExportAsync()).ClientCertificate.ShouldBe("CN=agent");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_WithoutTheClientCertificateAskedFor_FailsWithOneLine(string protocol)
    {
        await using OtlpReceiver receiver = await StartAsync(_own.Authority);

        string line = await RefusalAsync(receiver, protocol);

        line.ShouldContain("TLS failed: the collector asks for a client certificate");
        line.ShouldContain("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Export_ToAnExpiredCertificate_SaysSoInOneLine(string protocol) =>
        AssertRefusedAsync(protocol, _own.ExpiredServer, "expired at");

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Export_ToAnotherHostsCertificate_SaysSoInOneLine(string protocol) =>
        AssertRefusedAsync(protocol, _own.OtherHostsServer, "is for another host (elsewhere.example)");

    public void Dispose()
    {
        _own.Dispose();
        _foreign.Dispose();
    }

    private async Task AssertRefusedAsync(string protocol, X509Certificate2 certificate, string words)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { ServerCertificate = certificate });

        (await RefusalAsync(receiver, protocol)).ShouldContain(words);
    }

    /// <summary>Runs an agent that is told the authority only, and no retries.</summary>
    /// <returns>The one line that it says.</returns>
    private async Task<string> RefusalAsync(OtlpReceiver receiver, string protocol)
    {
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.By(receiver, protocol),
            new("OTEL_EXPORTER_OTLP_CERTIFICATE", _own.AuthorityFile),
            .. AgentRun.OneLongAttempt,
        ]);

        await agent.Error.WaitForAsync("TLS failed: ");
        await agent.StopAsync();

        receiver.Exports.ShouldBeEmpty();
        return agent.Error.Containing("TLS failed").ShouldHaveSingleItem(agent.Error.Text);
    }

    private Task<OtlpReceiver> StartAsync(X509Certificate2? clientAuthority) =>
        OtlpReceiver.StartAsync(new OtlpReceiverOptions
        {
            ServerCertificate = _own.Server,
            ClientAuthority = clientAuthority,
        });
}
