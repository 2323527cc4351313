using System.Globalization;
using Agent.Export.Spool;
using Agent.Tests.Health;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Processes.Delivery;

/// <summary>A spool whose disk is full or read-only: one of its own, mounted where only the agent sees it.</summary>
public sealed class DiskFaultTests
{
    private static readonly string[] AsAnother = ["setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "--inh-caps=-all"];

    [Theory]
    [InlineData("size=40k", "No space left on device")]
    [InlineData("ro", "Read-only file system")]
    public async Task Outage_TheDiskWillNotHaveIt_IsBridgedInMemoryAndSaidOnce(string mount, string words)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgentUnder(MountedOrSkip(mount, run.SpoolFolder));
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
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int port = FreePort.Next();
        await using TestProcess agent = run.StartAgentUnder(
            ["env", $"Health__Port={port}", .. MountedOrSkip(mount, run.SpoolFolder, $"(cd '{run.SpoolFolder}'; {fill}) 2>/dev/null;")]);
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

        await agent.StopAsync();
        run.Ledger.Taken.Count.ShouldBe(run.Collected, agent.Error.Text);
    }

    [Fact]
    public async Task Sigterm_TheDiskIsFullAndNothingIsTaken_DoesNotClaimThatItIsKept()
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgentUnder(MountedOrSkip("size=40k", run.SpoolFolder, $"cat /dev/zero 2>/dev/null > '{run.SpoolFolder}/filler';"));
        await run.WaitForCollectionsAsync(3, agent);
        await agent.StopAsync();

        agent.Error.Containing("the last collection is kept").ShouldBeEmpty();
        agent.Error.Containing("the last collection could not be exported, and is kept in memory because the spool cannot be used").ShouldHaveSingleItem();
        agent.Error.Containing("kept in memory are dropped").ShouldHaveSingleItem();
    }

    /// <summary>What a run as root leaves behind, met by the user that the agent is meant to run as.</summary>
    [Theory]
    [InlineData("", "chmod 0700 .", "{0} belongs to uid 0 (mode 0700), and this process runs as uid 65532. Run as root: chown -R 65532 {0}")]
    [InlineData("", "chmod 0755 .; touch another", "{0} belongs to uid 0 (mode 0755), and this process runs as uid 65532. Choose another directory")]
    [InlineData("", "chown 65532 .; touch lock; chmod 0600 lock", "{0}/lock belongs to uid 0 (mode 0600), and this process runs as uid 65532. Run as root: chown -R 65532 {0}")]
    [InlineData("/s", "chmod 0755 .", "{0}/s does not exist; {0} belongs to uid 0 (mode 0755), and this process runs as uid 65532 and lacks the right to create it there (w). Run as root: install -d -o 65532 -g 65532 -m 0700 {0}/s")]
    [InlineData("/s", "mkdir s; chmod 0700 .", "{0} belongs to uid 0 (mode 0700), and this process runs as uid 65532 and lacks the right to search it (x), so that {0}/s cannot be reached. Run as root: chmod a+x {0}")]
    [InlineData("/s", "chmod 0755 .; ln -s nowhere s", "{0}/s is a symbolic link to {0}/nowhere, which does not exist or cannot be reached. Run as root: install -d -o 65532 -g 65532 -m 0700 {0}/nowhere")]
    [InlineData("/s", "chmod 0755 .; touch s", "{0}/s is a regular file, not a directory. Remove it")]
    [InlineData("/s", "chmod 0755 .; mkfifo s", "{0}/s is a named pipe (FIFO), not a directory. Remove it")]
    public async Task Start_SomebodyElsesSpool_NamesPathOwnerModeAndFixAndDelivers(string path, string prepare, string words)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to run the agent as another user.");
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        Shell.Run("sh", "-c", $"cd '{run.SpoolFolder}'; {prepare}");
        string expected = string.Format(CultureInfo.InvariantCulture, words, run.SpoolFolder);

        await using TestProcess doctor = TestProcess.Start(
            AsAnother[0], [.. AsAnother[1..], AgentProgram.File, "doctor"], AgentProgram.Environment([new("Export__Spool__Path", run.SpoolFolder + path)]));
        await doctor.WaitForExitAsync();
        string.Join(' ', doctor.Output.All.Select(line => line.Trim())).Replace("fix: ", "", StringComparison.Ordinal)
            .ShouldContain(expected[..expected.LastIndexOf(". ", StringComparison.Ordinal)]);

        await using TestProcess agent = run.StartAgentUnder(["env", $"Tcp__ProcRoot={FixtureProcRoot.Path}", $"Export__Spool__Path={run.SpoolFolder}{path}", .. AsAnother]);
        (await agent.Error.WaitForAsync("cannot be used:")).ShouldContain(expected);
        await Deadline.UntilAsync(() => run.Exports.Count >= 3);
    }

    /// <summary>As of LimitFSIZE in a systemd unit; the signal SIGXFSZ would end the process.</summary>
    [Fact]
    public async Task Write_BeyondTheLimitOfAFilesSize_KeepsExportsInMemoryAndDelivers()
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");

        // The runtime of a checkout's program keeps its code in a file of gigabytes unless told not to; the native program has none.
        await using TestProcess agent = run.StartAgentUnder(
            ["env", "DOTNET_EnableWriteXorExecute=0", $"Tcp__ProcRoot={FixtureProcRoot.Path}", "sh", "-c", "ulimit -f 1 && exec \"$0\" \"$@\""]);

        (await agent.Error.WaitForAsync("cannot be used")).ShouldContain("kept in memory");
        await Deadline.UntilAsync(() => run.Exports.Count >= 3);
    }

    /// <summary>Only the lock was given to the agent's user: nothing is lost until the files are, too.</summary>
    [Fact]
    public async Task Start_RootsPayloadInTheSpool_IsKeptAndNamedWithOwnerModeAndFix()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to run the agent as another user.");
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        string file = Path.Combine(run.SpoolFolder, SpoolFileName.Of(1, DateTimeOffset.UtcNow));
        await File.WriteAllTextAsync(file, new string('x', 100));
        Shell.Run("sh", "-c", $"cd '{run.SpoolFolder}'; chown 65532 .; chmod 0600 *.otlp");

        await using TestProcess agent = run.StartAgentUnder(["env", $"Tcp__ProcRoot={FixtureProcRoot.Path}", .. AsAnother]);
        (await agent.Error.WaitForAsync("holds exports that cannot be read:")).ShouldContain(
            $"{file} belongs to uid 0 (mode 0600), and this process runs as uid 65532. Run as root: chown -R 65532 {run.SpoolFolder}, or");
        await Deadline.UntilAsync(() => run.Exports.Count >= 5);

        File.Exists(file).ShouldBeTrue();
        run.Newest.Counts("tcp.agent.spool.errors", "error.type")["permission_denied"].ShouldBeGreaterThan(0);
        agent.Error.Containing("cannot be read").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Doctor_NoSpoolYet_MakesNone()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = await AgentProgram.RunAsync(["doctor"], [new("Export__Spool__Path", folder.File("a/spool"))]);

        result.OutputText.ShouldContain("does not exist yet and can be created by uid");
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    private static string[] MountedOrSkip(string options, string folder, string then = "")
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk in a mount namespace of its own.");
        return
        [
            "unshare", "--mount", "--propagation", "private", "sh", "-c",
            $"mount -t tmpfs -o {options} tmpfs '{folder}' && {{ {then} exec \"$0\" \"$@\"; }}",
        ];
    }
}
