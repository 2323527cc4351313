using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Processes.Delivery;

/// <summary>A token that is replaced while the agent runs, as Kubernetes replaces it; and that it is told to nobody else.</summary>
public sealed class HeadersFileTests : IDisposable
{
    private const string First = "hunter2-the-first";
    private const string Second = "hunter2-the-second";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_HeadersFileReplaced_SendsTheNewToken(string protocol)
    {
        string file = _folder.Write("headers", $"# rotated hourly\nAuthorization: Bearer {First}\nx-tenant: blue\n");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start([.. AgentRun.By(receiver, protocol), new("Export__HeadersFile", file)]);
        (await receiver.WaitForExportAsync()).Headers["authorization"].ShouldBe($"Bearer {First}");

        // As the kubelet does it: a new file in the place of the old one.
        File.Move(_folder.Write("next", $"Authorization: Bearer {Second}\nx-tenant: blue\n"), file, overwrite: true);

        await Deadline.UntilAsync(
            () => receiver.Exports.LastOrDefault(export => export.Headers["authorization"] == $"Bearer {Second}"), () => agent.Error.Text);
        receiver.Exports.ShouldAllBe(export => export.Headers["x-tenant"] == "blue");
        agent.Error.Text.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_CollectorSaysTheTokenBack_TheLogHidesIt(string protocol)
    {
        string file = _folder.Write("headers", $"Authorization: Bearer {First}\n");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (export, _) => Task.FromResult(new OtlpAnswer
        {
            HttpStatus = 401,
            GrpcStatus = StatusCode.Unauthenticated,
            Message = $"unknown token {export.Headers["authorization"]}, key {export.Headers["x-api-key"]}",
        });
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.By(receiver, protocol),
            new("Export__HeadersFile", file),
            new("OTEL_EXPORTER_OTLP_HEADERS", $"x-api-key={Second}"),
            new("Logging__LogLevel__Default", "Trace"),
        ]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("unknown token");
        await agent.StopAsync();
        agent.Error.Text.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Export_HeadersFileMissing_SaysSoAndSendsNothing()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        string file = _folder.File("nowhere");
        await using TestProcess agent = AgentRun.Start([.. AgentRun.OverHttp(receiver), new("Export__HeadersFile", file)]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain($"Export:HeadersFile {file} cannot be read");
        receiver.Exports.ShouldBeEmpty();

        _folder.Write("nowhere", $"Authorization: Bearer {First}\n");
        (await receiver.WaitForExportAsync()).Headers["authorization"].ShouldBe($"Bearer {First}");
        await agent.Error.WaitForAsync("succeeds again");
    }

    public void Dispose() => _folder.Dispose();
}
