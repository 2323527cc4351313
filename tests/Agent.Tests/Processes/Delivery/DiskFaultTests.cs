using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Processes.Delivery;

/// <summary>A spool whose disk is full or read-only: one of its own, mounted where only the agent sees it.</summary>
[Collection(ProcessTests.Name)]
public sealed class DiskFaultTests
{
    [Theory]
    [InlineData("size=40k", "No space left on device")]
    [InlineData("ro", "Read-only file system")]
    public async Task Outage_TheDiskWillNotHaveIt_IsBridgedInMemoryAndSaidOnce(string mount, string words)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk in a mount namespace of its own.");
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgentUnder(Mounted(mount, run.SpoolFolder));
        string line = await agent.Error.WaitForAsync("cannot be used:");
        await run.WaitForCollectionsAsync(run.Collected + 8, agent);
        run.Link.Fault = LinkFault.None;

        await run.WaitUntilAllAreTakenAsync(agent);

        line.ShouldContain(words);
        agent.Error.Containing("cannot be used:").ShouldHaveSingleItem();
    }

    private static string[] Mounted(string options, string folder) =>
    [
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        $"mount -t tmpfs -o {options} tmpfs '{folder}' && exec \"$0\" \"$@\"",
    ];
}
