using Agent.Tests.Support;

namespace Agent.Tests.Config;

public sealed class SystemdUnitTests
{
    private static readonly string Unit = Path.Combine(Support.Repository.Root, "config", "systemd", "tcp-agent.service");

    [Fact]
    public async Task SystemdAnalyze_Verify_FindsNothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not there: apt-get install systemd.");
        using var folder = new TemporaryFolder();
        string text = await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken);
        string copy = folder.Write(
            "tcp-agent.service", text.Replace("/usr/local/bin/agent", AgentProgram.File, StringComparison.Ordinal));

        await using TestProcess verify = TestProcess.Start(
            "systemd-analyze", ["verify", "--man=no", copy], AgentProgram.Environment([]));

        int code = await verify.WaitForExitAsync();
        (code, verify.Output.Text + verify.Error.Text).ShouldBe((0, ""));
    }
}
