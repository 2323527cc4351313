using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The endpoint is somebody else's: one line says whose, or at least that it is not an OTLP receiver.</summary>
[Collection(ProcessTests.Name)]
public sealed class WrongPortTests
{
    private const string Page = "<!DOCTYPE html>\n<html><body>Welcome</body></html>";

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task Export_ToAWebServer_SaysThatItIsAWebPage(int status)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.FromResult(new OtlpAnswer { HttpStatus = status, Page = Page });
        await using TestProcess agent = AgentRun.Start(AgentRun.OverHttp(receiver));

        string line = await agent.Error.WaitForAsync("fails:");

        line.ShouldContain($"it answered {status}");
        line.ShouldContain("a web page (HTML); that is not an OTLP receiver: check host, port and path");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }

    /// <summary>Something takes any POST with a 200: nothing counts as delivered, and all of it reaches the receiver that comes later.</summary>
    [Theory]
    [InlineData("text/plain", "ok")]
    [InlineData("application/json", """{"status":"ok"}""")]
    [InlineData("application/x-protobuf", "garbage")]
    public async Task Export_ToAServerThatSaysOkToAnything_IsKeptUntilAReceiverTakesIt(string type, string body)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Answer = _ => new OtlpAnswer { Page = body, PageType = type };
        await using TestProcess agent = run.StartAgent();
        await run.WaitForCollectionsAsync(4, agent);
        run.Ledger.Taken.ShouldBeEmpty();
        run.Answer = _ => OtlpAnswer.Success;

        await agent.Error.WaitForAsync("succeeds again");
        await run.WaitUntilAllAreTakenAsync(agent);

        agent.Error.Containing("fails:").ShouldHaveSingleItem()
            .ShouldContain($"it answered 200 OK with a body that is not an OTLP response ({type}");
    }

    [Fact]
    public async Task Export_GrpcToTheHttpPort_SaysThatItDoesNotSpeakHttp2()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(AgentRun.Endpoint(receiver.HttpEndpoint, "grpc"));

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("does not speak HTTP/2");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Export_HttpToTheGrpcPort_SaysThatItDoesNotSpeakHttp()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(AgentRun.Endpoint(receiver.GrpcEndpoint, "http/protobuf"));

        string line = await agent.Error.WaitForAsync("fails:");
        TestContext.Current.TestOutputHelper!.WriteLine(line);
        line.ShouldContain("HTTP");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Export_PlainToATlsPort_FailsWithOneLine()
    {
        using var certificates = new TestCertificates("own");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { ServerCertificate = certificates.Server });
        var plain = new UriBuilder(receiver.HttpEndpoint) { Scheme = "http" };
        await using TestProcess agent = AgentRun.Start(AgentRun.Endpoint(plain.Uri, "http/protobuf"));

        string line = await agent.Error.WaitForAsync("fails:");
        TestContext.Current.TestOutputHelper!.WriteLine(line);
        line.ShouldContain("closed");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }
}
