using System.Text.Json;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Processes;

public sealed class CollectorOutageTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_CollectorDownAtStart_WarnsOnceAndRecoversOnce(string protocol)
    {
        int port = FreePort.Next();
        await using TestProcess agent = AgentRun.Start(AgentRun.Endpoint(new Uri($"http://127.0.0.1:{port}"), protocol));
        (await agent.Error.WaitForAsync("fails:")).ShouldContain("connection refused; nothing listens there");

        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(
            protocol == "grpc" ? new OtlpReceiverOptions { GrpcPort = port } : new OtlpReceiverOptions { HttpPort = port });

        (await receiver.WaitForExportsAsync(3))[2].Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        await agent.Error.WaitForAsync("succeeds again after ");
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
        agent.Error.Containing("succeeds again").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("grpc", "gRPC status 16: no such key")]
    [InlineData("http/protobuf", "401 Unauthorized: no such key")]
    public async Task Export_Refused_WarnsOnceWithTheCollectorsWords(string protocol, string words)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.FromResult(
            new OtlpAnswer { HttpStatus = 401, GrpcStatus = StatusCode.Unauthenticated, Message = "no such key" });
        await using TestProcess agent = AgentRun.Start(AgentRun.By(receiver, protocol));
        await receiver.WaitForExportsAsync(3);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain(words);
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Export_Redirected_IsAFailure()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.FromResult(new OtlpAnswer
        {
            HttpStatus = 301,
            Headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Location"] = new Uri(receiver.HttpEndpoint, "/login").ToString(),
            },
        });
        await using TestProcess agent = AgentRun.Start(AgentRun.OverHttp(receiver));

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("it answered 301 Moved Permanently");
    }

    [Fact]
    public async Task Export_NoAnswerInTime_WarnsWithTheSettingsName()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiver.NeverAsync;
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.OverHttp(receiver), new("OTEL_EXPORTER_OTLP_TIMEOUT", "300")]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT)");
    }

    [Fact]
    public async Task Logs_AsJson_AreOneObjectALine()
    {
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.Endpoint(new Uri($"http://127.0.0.1:{FreePort.Next()}"), "grpc"), new("Logging__Format", "Json")]);
        await agent.Error.WaitForAsync("fails:");
        await agent.Error.WaitForAsync("UnknownState");
        await agent.StopAsync();

        agent.Output.All.ShouldBeEmpty();
        agent.Error.All.Length.ShouldBeGreaterThan(3);
        foreach (string line in agent.Error.All)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            json.RootElement.GetProperty("LogLevel").GetString().ShouldNotBeNullOrEmpty();
            json.RootElement.GetProperty("Message").GetString().ShouldNotBeNullOrEmpty();
            json.RootElement.GetProperty("Timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        }
    }
}
