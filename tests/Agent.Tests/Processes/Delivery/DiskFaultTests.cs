using System.Globalization;
using Agent.Tests.Health;
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

    /// <summary>A healthy collector notices nothing of a disk that is full, and the operator is told.</summary>
    [Theory]
    [InlineData("grpc", "size=200k", "cat /dev/zero > filler; truncate -s -4k filler")]
    [InlineData("http/protobuf", "size=200k", "cat /dev/zero > filler; truncate -s -4k filler")]
    [InlineData("http/protobuf", "size=200k", "cat /dev/zero > filler")]
    [InlineData("http/protobuf", "size=1m,nr_inodes=3", "touch filler")]
    public async Task Export_TheDiskIsFull_EveryCollectionArrivesAndTheTroubleIsShown(string protocol, string mount, string fill)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk in a mount namespace of its own.");
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int port = FreePort.Next();
        await using TestProcess agent = run.StartAgentUnder(
            ["env", $"Health__Port={port}", .. Mounted(mount, run.SpoolFolder, $"(cd '{run.SpoolFolder}'; {fill}) 2>/dev/null;")]);
        await run.WaitForCollectionsAsync(8, agent);
        string ready = await HealthClient.GetAsync(port, "/readyz");
        run.Link.Fault = LinkFault.Refuse;
        await run.WaitForCollectionsAsync(run.Collected + 4, agent);
        run.Link.Fault = LinkFault.None;
        await run.WaitUntilAllAreTakenAsync(agent);

        ready.ShouldContain("the spool cannot be used, exports are kept in memory only: No space left on device");
        agent.Error.Containing("cannot be used: No space left on device").ShouldHaveSingleItem();
        run.Newest.Counts("tcp.agent.spool.errors", "error.type")["no_space"].ShouldBeGreaterThan(0);
        File.Delete($"/proc/{agent.Id}/root{run.SpoolFolder}/filler");
        await agent.Error.WaitForAsync("can be used again");
        (await HealthClient.GetAsync(port, "/readyz")).ShouldNotContain("the spool");

        agent.Terminate();
        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);
        run.Ledger.Taken.Count.ShouldBe(run.Collected, agent.Error.Text);
    }

    [Fact]
    public async Task Sigterm_TheDiskIsFullAndNothingIsTaken_DoesNotClaimThatItIsKept()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk in a mount namespace of its own.");
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgentUnder(Mounted("size=40k", run.SpoolFolder, $"cat /dev/zero 2>/dev/null > '{run.SpoolFolder}/filler';"));
        await run.WaitForCollectionsAsync(3, agent);
        agent.Terminate();
        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);

        agent.Error.Containing("the last collection is kept").ShouldBeEmpty();
        agent.Error.Containing("the last collection could not be exported, and is held in memory because the spool cannot be used").ShouldHaveSingleItem();
        agent.Error.Containing("kept in memory are dropped").ShouldHaveSingleItem();
    }

    /// <summary>What a run as root leaves behind, met by the user that the agent is meant to run as.</summary>
    [Theory]
    [InlineData("chmod 0700 .", "{0} belongs to uid 0 (mode 0700), and this process runs as uid 65532. Run as root: chown -R 65532 {0}")]
    [InlineData("chown 65532 .; touch lock; chmod 0600 lock", "{0}/lock belongs to uid 0 (mode 0600), and this process runs as uid 65532. Run as root: chown 65532 {0}/lock")]
    public async Task Start_SomebodyElsesSpool_NamesPathOwnerModeAndFixAndDelivers(string prepare, string words)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to run the agent as another user.");
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        Shell.Run("sh", "-c", $"cd '{run.SpoolFolder}'; {prepare}");
        string expected = string.Format(CultureInfo.InvariantCulture, words, run.SpoolFolder);
        string[] asAnother = ["setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "--inh-caps=-all"];

        await using TestProcess doctor = TestProcess.Start(
            asAnother[0], [.. asAnother[1..], AgentProgram.File, "doctor"], AgentProgram.Environment([new("Export__Spool__Path", run.SpoolFolder)]));
        await doctor.WaitForExitAsync();
        string.Join(' ', doctor.Output.All.Select(line => line.Trim())).Replace("fix: ", "", StringComparison.Ordinal)
            .ShouldContain(expected.Split(". Run")[0]);

        await using TestProcess agent = run.StartAgentUnder(["env", $"Tcp__ProcRoot={FixtureProcRoot.Path}", .. asAnother]);
        (await agent.Error.WaitForAsync("cannot be used:")).ShouldContain(expected);
        await Deadline.UntilAsync(() => run.Exports.Count >= 3);
    }

    [Fact]
    public async Task Doctor_NoSpoolYet_MakesNone()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = await AgentProgram.RunAsync(["doctor"], [new("Export__Spool__Path", folder.File("a/spool"))]);

        result.OutputText.ShouldContain("does not exist yet and can be created by uid");
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    private static string[] Mounted(string options, string folder, string then = "") =>
    [
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        $"mount -t tmpfs -o {options} tmpfs '{folder}' && {{ {then} exec \"$0\" \"$@\"; }}",
    ];
}
