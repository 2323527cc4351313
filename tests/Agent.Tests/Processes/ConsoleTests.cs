using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

public sealed class ConsoleTests
{
    [Fact]
    public async Task Run_NoEndpoint_PrintsATableAtOnceAndSaysHowToSetOne()
    {
        await using TestProcess agent = AgentProgram.Start([], [AgentRun.OverFixture, AgentRun.OnceAnHour]);

        string listen = await agent.Output.WaitForAsync("listen ");
        string hint = await agent.Error.WaitForAsync("No collector is configured");

        listen.Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["listen", "3", "1", "2"]);
        agent.Output.All[0].ShouldStartWith("tcp.connections {connection}");
        agent.Output.All[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["network.connection.state", "ipv4/inet", "ipv4/inet6", "ipv6/inet6"]);
        hint.ShouldContain("OTEL_EXPORTER_OTLP_ENDPOINT");
        agent.Output.Text.ShouldNotContain("\u001b");
        agent.Error.All.ShouldAllBe(line => line.StartsWith("20") && (line.Contains("Z info: ") || line.Contains("Z warn: ")));
    }

    [Fact]
    public async Task Run_OtlpAndConsole_GivesBoth()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.OverHttp(receiver), new("OTEL_METRICS_EXPORTER", "otlp,console")]);

        (await receiver.WaitForExportAsync()).Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        await agent.Output.WaitForAsync("tcp.connections {connection}");
        agent.Error.Containing("No collector is configured").ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_SettingsFromFileAndEnvironment_TheEnvironmentWins()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write(
            ".agent.json", $$"""{ "Tcp": { "ProcRoot": "/nowhere" }, "Logging": { "Format": "Json" } } // a comment""");
        await using TestProcess agent = AgentProgram.Start([], [AgentRun.OverFixture, AgentRun.OnceAnHour, new("AGENT_CONFIG", file)]);

        await agent.Output.WaitForAsync("listen ");
        (await agent.Error.WaitForAsync("No collector is configured")).ShouldStartWith("{");
    }

    [Fact]
    public async Task Run_ConfigOptionAndVariable_TheOptionWins()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("agent.json", $$"""{ "Tcp": { "ProcRoot": "{{FixtureProcRoot.Path}}" } }""");
        await using TestProcess agent = AgentProgram.Start(
            ["run", "--config", file], [AgentRun.OnceAnHour, new("AGENT_CONFIG", folder.File("nowhere.json"))]);

        await agent.Output.WaitForAsync("listen ");
    }
}
