using Agent.Tests.Support;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The proxy variables that operators set for whole nodes.</summary>
public sealed class ProxyTests
{
    /// <summary>Reserved never to exist (RFC 6761): only the proxy knows the way.</summary>
    private const string Host = "localhost.invalid";

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    public async Task Export_HttpThroughTheProxy_Arrives(string variable)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        using var proxy = new LoopbackProxy(receiver.HttpEndpoint.Port);
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.Endpoint(new Uri($"http://{Host}:4318"), "http/protobuf"), new(variable, proxy.Endpoint.ToString())]);

        (await receiver.WaitForExportAsync()).Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        proxy.Requests[0].ShouldBe($"POST http://{Host}:4318/v1/metrics HTTP/1.1");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_TlsThroughTheProxy_Arrives(string protocol)
    {
        using var certificates = new TestCertificates("own", Host);
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { ServerCertificate = certificates.Server });
        using var proxy = new LoopbackProxy((protocol == "grpc" ? receiver.GrpcEndpoint : receiver.HttpEndpoint).Port);
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.Endpoint(new Uri($"https://{Host}:4317"), protocol),
            new("OTEL_EXPORTER_OTLP_CERTIFICATE", certificates.AuthorityFile),
            new("HTTPS_PROXY", proxy.Endpoint.ToString()),
        ]);

        (await receiver.WaitForExportAsync()).Protocol.ShouldBe(protocol);
        proxy.Requests[0].ShouldBe($"CONNECT {Host}:4317 HTTP/1.1");
    }

    /// <summary>The platform's error has the proxy's whole URL.</summary>
    [Fact]
    public async Task Export_TheProxyRefuses_SaysSoWithoutItsPassword()
    {
        using var proxy = new CannedServer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.Endpoint(new Uri($"https://{Host}:4318"), "http/protobuf"),
            new("HTTPS_PROXY", $"http://me:hunter2%20too@127.0.0.1:{proxy.Url.Port}"),
        ]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("'http://(not shown)@127.0.0.1:");
        agent.Error.Text.ShouldNotContain("hunter2");
        agent.Error.Text.ShouldNotContain("too@");
    }

    [Fact]
    public async Task Export_HostInNoProxy_GoesPastTheProxy()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        using var proxy = new LoopbackProxy(receiver.HttpEndpoint.Port);
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.OverHttp(receiver),
            new("HTTP_PROXY", proxy.Endpoint.ToString()),
            new("NO_PROXY", "127.0.0.1,.svc.cluster.local"),
        ]);

        await receiver.WaitForExportAsync();
        proxy.Requests.ShouldBeEmpty();
    }

    /// <summary>
    /// A plain HTTP proxy speaks HTTP/1.1, which gRPC does not: an in-cluster collector without TLS must be in NO_PROXY.
    /// </summary>
    [Fact]
    public async Task Export_GrpcWithoutTlsThroughTheProxy_SaysWhyNotInOneLine()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        using var proxy = new LoopbackProxy(receiver.GrpcEndpoint.Port);
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.Endpoint(new Uri($"http://{Host}:4317"), "grpc"), new("HTTP_PROXY", proxy.Endpoint.ToString())]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("HTTP/2");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }
}
