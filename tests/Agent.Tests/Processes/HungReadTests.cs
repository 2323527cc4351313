using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

/// <summary>What cannot be read, or never answers, in the place of procfs.</summary>
public sealed class HungReadTests : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("host", "1/net/tcp", "1/net/tcp: not read, because it is a named pipe (FIFO)")]
    [InlineData("host", "1/net/tcp6", "1/net/tcp6: not read, because it is a named pipe (FIFO)")]
    [InlineData("all", "1/net/tcp", "1/net/tcp: not read, because it is a named pipe (FIFO)")]
    [InlineData("all", "", "Not a directory")]
    [InlineData("host", "", "1/net/tcp: not found")]
    public async Task Snapshot_NamedPipeInPlaceOfAFile_EndsWithAnErrorThatSaysSo(string namespaces, string file, string expected)
    {
        string root = ProcRootWithPipe(file);

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", root, "--namespaces", namespaces]);

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain(expected);
        result.ErrorText.ShouldContain(root);
    }

    [Fact]
    public async Task SnapshotWithSockets_NamedPipeInPlaceOfAFile_EndsWithAnError()
    {
        string root = ProcRootWithPipe("1/net/tcp");

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", root, "--namespaces", "host", "--sockets"]);

        result.ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("1/net/tcp")]
    [InlineData("1/net/sockstat")]
    [InlineData("1/net/snmp")]
    [InlineData("1/stat")]
    [InlineData("1/cgroup")]
    [InlineData("")]
    public async Task Run_NamedPipeInPlaceOfAFile_ExportsTheRestAndStops(string file)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            [],
            [new("Tcp__ProcRoot", ProcRootWithPipe(file)), AgentRun.OftenExporting, .. AgentRun.OverHttp(receiver)]);
        await Deadline.UntilAsync(() => receiver.Exports.Count > 0);

        await StopAsync(agent);
    }

    /// <summary>The first table is printed while the host starts.</summary>
    [Fact]
    public async Task Sigterm_WhileTheFirstReadIsNotAnswered_EndsWithinTenSeconds()
    {
        using var hung = new HungFileSystem();
        await using TestProcess agent = AgentProgram.Start([], [new("Tcp__ProcRoot", hung.Path), AgentRun.OftenExporting]);
        await agent.Error.WaitForAsync("No collector is configured");

        await StopAsync(agent);
    }

    [Fact]
    public async Task Sigterm_WhileAReadIsNotAnswered_EndsWithinTenSecondsAndSaysWhatIsLost()
    {
        using var hung = new HungFileSystem();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            [], [new("Tcp__ProcRoot", hung.Path), AgentRun.OftenExporting, .. AgentRun.OverHttp(receiver)]);
        await agent.Error.WaitForAsync("Exporting to");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        await StopAsync(agent);
        agent.Error.Text.ShouldContain("the last collection");
        receiver.Exports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sigterm_WhileAWatchIsNotAnswered_EndsWithinTenSeconds()
    {
        using var hung = new HungFileSystem();
        await using TestProcess agent = AgentProgram.Start(["snapshot", "--watch", "1", "--proc-root", hung.Path]);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        await StopAsync(agent);
    }

    private static async Task StopAsync(TestProcess agent)
    {
        var watch = Stopwatch.StartNew();
        await agent.StopAsync();
        watch.Elapsed.ShouldBeLessThan(StopLimit);
    }

    /// <summary>A copy of the fixture with one file replaced; the empty name is the root itself.</summary>
    private string ProcRootWithPipe(string file)
    {
        string root = _folder.File("proc");
        if (file.Length == 0)
        {
            return NamedPipe.Create(root);
        }

        foreach (string source in Directory.EnumerateFiles(FixtureProcRoot.Path, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(root, Path.GetRelativePath(FixtureProcRoot.Path, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }

        string pipe = Path.Combine(root, file);
        File.Delete(pipe);
        NamedPipe.Create(pipe);
        return root;
    }
}
