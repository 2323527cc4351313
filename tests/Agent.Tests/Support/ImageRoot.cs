using System.Text.Json;

namespace Agent.Tests.Support;

/// <summary>
/// The image's root filesystem, as tests/tools/build-image.sh makes it by the Dockerfile, and starting its entry point in
/// it as a container engine would with the chart's settings: read-only, by the Dockerfile's user, without capabilities.
/// </summary>
internal static class ImageRoot
{
    private const string FolderVariable = "AGENT_TEST_IMAGE";

    /// <summary>$0 is the root, then the user, then the entry point: with the host's network and processes.</summary>
    private const string Shared = """
        mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"
        mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev"
        """;

    /// <summary>The same with a network and processes of its own, and the host's /proc mounted.</summary>
    private const string Apart = """
        mkdir -p "$0/host/proc"
        mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"
        mount --bind /proc "$0/host/proc" && mount -o remount,bind,ro "$0/host/proc"
        mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev"
        """;

    /// <summary>
    /// A bounding set without sys_chroot would forbid the chroot, were it not inheritable: three inheritable capabilities
    /// are left, which the empty bounding set makes worthless.
    /// </summary>
    private const string Enter = """

        user=$1; shift
        exec setpriv --inh-caps +sys_chroot,+setuid,+setgid \
            setpriv --no-new-privs --bounding-set -all /usr/sbin/chroot --userspec="$user" --groups= "$0" "$@"
        """;

    public static string File(string name)
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(Repository.Root, "artifacts", "image");
        string file = Path.Combine(folder, name);
        Assert.SkipUnless(
            Path.Exists(file),
            $"The image is not there ({file}): run tests/tools/build-image.sh as root, or name its folder in {FolderVariable}.");
        return file;
    }

    /// <summary>Starts the entry point with exactly this environment, or skips the test where that needs root.</summary>
    public static TestProcess Start(IEnumerable<string> arguments, params KeyValuePair<string, string>[] environment) =>
        Start(["--mount", "--propagation", "private"], Shared, arguments, environment);

    /// <summary>As in a pod without hostNetwork and hostPID.</summary>
    public static TestProcess StartApart(IEnumerable<string> arguments, params KeyValuePair<string, string>[] environment) =>
        Start(["--mount", "--propagation", "private", "--net", "--pid", "--fork"], Apart, arguments, environment);

    private static TestProcess Start(
        string[] unshared, string mounts, IEnumerable<string> arguments, KeyValuePair<string, string>[] environment)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, for a root filesystem of the test's own.");
        string user = System.IO.File.ReadAllText(File("user")).Trim();
        string[] entryPoint = JsonSerializer.Deserialize<string[]>(System.IO.File.ReadAllText(File("entrypoint")))!;
        return TestProcess.Start(
            "unshare",
            [.. unshared, "sh", "-ec", mounts + Enter, File("root"), user, .. entryPoint, .. arguments],
            environment.ToDictionary(StringComparer.Ordinal));
    }
}
