using System.Runtime.Versioning;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor;

/// <summary>The real program where processes are hidden from it: hidepid, and PID namespaces.</summary>
[SupportedOSPlatform("linux")]
[Collection(ProcessTests.Name)]
public sealed class DoctorVisibilityTests : IDisposable
{
    private const string Shell = "/bin/sh";
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public DoctorVisibilityTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a procfs and to become another user.");
        foreach (string tool in new[] { "/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/mount" })
        {
            Assert.SkipUnless(File.Exists(tool), $"Needs {tool} (Debian packages util-linux and mount).");
        }

        File.SetUnixFileMode(_folder.Path, ForAll);
    }

    [Theory]
    [InlineData("hidepid=2", "hidepid=invisible", "remount,gid=N")]
    [InlineData("hidepid=2,gid=65533", "hidepid=invisible,gid=65533", "supplementalGroups: [65533]")]
    public async Task Doctor_HidePid2AsAnOrdinaryUser_FailsAndNamesTheOption(string option, string shown, string mend)
    {
        DoctorRun run = await RunBehindAsync(option, "--clear-groups");

        run.ExitCode.ShouldBe(1, run.Text);
        run["processes"].Status.ShouldBe("failed");
        run["processes"].Found.ShouldContain($"the procfs is mounted with {shown}");
        run["processes"].Mend!.ShouldContain(mend);
        run["host-namespace"].Status.ShouldBe("failed");
        run["privileges"].Found.ShouldStartWith("uid 65532, gid 65532; no capabilities");
    }

    [Fact]
    public async Task Doctor_HidePid1AsAnOrdinaryUser_CountsTheRefused()
    {
        DoctorRun run = await RunBehindAsync("hidepid=1", "--clear-groups");

        run.ExitCode.ShouldBe(1, run.Text);
        run["processes"].Status.ShouldBe("failed");
        run["processes"].Found.ShouldNotContain(" 0 of them refused");
        run["processes"].Found.ShouldContain("of them refused; the procfs is mounted with hidepid=noaccess");
        run["host-namespace"].Found.ShouldContain("permission denied");
    }

    [Fact]
    public async Task Doctor_HidePid2WithItsGroup_SeesEverything()
    {
        DoctorRun run = await RunBehindAsync("hidepid=2,gid=65533", "--groups 65533");

        run["processes"].Status.ShouldBe("ok", run.Text);
        run["processes"].Found.ShouldContain("none refused; the procfs is mounted with hidepid=invisible,gid=65533");
        run["host-namespace"].Status.ShouldBe("ok");
        run.ExitCode.ShouldBe(0, run.Text);
    }

    [Theory]
    [InlineData(false, 0, "warning")]
    [InlineData(true, 1, "failed")]
    public async Task Doctor_InAPidNamespaceOfItsOwn_SaysThatOnlyTheContainerIsSeen(bool onKubernetes, int exitCode, string expected)
    {
        DoctorRun run = await RunAsync(
            $"exec unshare --pid --fork --mount-proc '{AgentProgram.File}' doctor --json",
            onKubernetes ? [new("KUBERNETES_SERVICE_HOST", "10.0.0.1")] : []);

        run.ExitCode.ShouldBe(exitCode, run.Text);
        run["proc-owner"].Status.ShouldBe(expected);
        run["proc-owner"].Mend!.ShouldContain("hostPID: true");
        run["processes"].Status.ShouldBe("warning");
    }

    [Fact]
    public async Task Doctor_InAPidNamespaceWithTheHostsProcMounted_SeesTheHosts()
    {
        string mount = Mount();

        // Mounted before the namespace is made: the procfs goes on to be the outer one's.
        DoctorRun run = await RunAsync(
            $"mount -t proc proc '{mount}' && exec unshare --pid --fork --mount-proc '{AgentProgram.File}' doctor --json",
            [new("Tcp__ProcRoot", mount), new("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);

        run["proc-owner"].Status.ShouldBe("ok", run.Text);
        run["proc-owner"].Found.ShouldContain("(1 further out)");
        run["host-namespace"].Status.ShouldBe("ok");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs as uid 65532 without capabilities, over a procfs that is mounted in a namespace of the run's own.</summary>
    private Task<DoctorRun> RunBehindAsync(string option, string groups)
    {
        string mount = Mount();
        string agent = CopyOfTheAgent();
        return RunAsync(
            $"mount -t proc -o {option} proc '{mount}' && exec setpriv --reuid 65532 --regid 65532 {groups} "
                + $"--inh-caps=-all --bounding-set=-all --no-new-privs '{agent}' doctor --json",
            [new("Tcp__ProcRoot", mount)]);
    }

    private static async Task<DoctorRun> RunAsync(string script, KeyValuePair<string, string>[] environment)
    {
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/unshare", ["--mount", Shell, "-c", script], AgentProgram.Environment(environment));
        int code = await process.WaitForExitAsync();
        return DoctorRun.Parse(new CommandResult(code, process.Output.All, process.Error.All));
    }

    private string Mount() => Directory.CreateDirectory(_folder.File("proc"), ForAll).FullName;

    /// <summary>Where another user may read it, which the checkout need not be.</summary>
    private string CopyOfTheAgent()
    {
        string copy = Directory.CreateDirectory(_folder.File("agent"), ForAll).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(AgentProgram.File)!))
        {
            string to = Path.Combine(copy, Path.GetFileName(file));
            File.Copy(file, to);
            File.SetUnixFileMode(to, ForAll);
        }

        return Path.Combine(copy, Path.GetFileName(AgentProgram.File));
    }
}
