using Agent.Doctor.Proc;

namespace Agent.Doctor.Running;

/// <summary>
/// Starts the doctor as a running agent was started: with its environment, working directory, namespaces, user, groups and
/// capabilities. What the kernel refuses to change stays as it is; the started doctor compares and reports the difference.
/// </summary>
internal static unsafe class AgentEntrance
{
    private const string Self = "/proc/self";

    /// <summary>The runtime that a checkout's program uses where it is not installed in the usual place.</summary>
    private const string DotNetRoot = "DOTNET_ROOT";

    /// <summary>The program's own assembly, in a checkout.</summary>
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "agent.dll");

    /// <summary>Compiled ahead of time, the program is a single file. Otherwise the runtime finds its files by path.</summary>
    private static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    /// <summary>
    /// Runs the doctor there, and returns its exit code. Its arguments are made from the agent's PIDs in the PID namespaces
    /// from here to the doctor's.
    /// </summary>
    /// <exception cref="RunningAgentException">It cannot be started.</exception>
    public static int Run(RunningAgent agent, Func<IEnumerable<int>, IEnumerable<string>> arguments)
    {
        string file = Environment.ProcessPath ?? throw new RunningAgentException($"{Self}/exe cannot be read, so this program cannot find its own file.");
        EntrancePlan plan = Plan(agent, isVisible: IsNative || IsSameFile($"{agent.Directory}/root{file}", file));
        var path = new ExecStrings(Lines(IsNative ? $"{Self}/fd/{Libc.Open(file)}" : file));
        ExecStrings words = Words([agent.Pid]);
        ExecStrings wordsWithin = Words(agent.Status.Numbers.DefaultIfEmpty(agent.Pid));
        var variables = new ExecStrings(Variables(agent));
        int child = 0;
        int error = 0;
        var thread = new Thread(() =>
        {
            int started;
            error = EntranceLibc.Spawn(plan, path.First, words.Pointers, wordsWithin.Pointers, variables.Pointers, &started);
            child = started;
        });
        thread.Start();
        thread.Join();
        return error == 0 ? EntranceLibc.Wait(child) : throw new RunningAgentException(
            $"{Printable.Line(file)} cannot be run as the agent's user (uid {plan.User[1]}): {Marshal.GetPInvokeErrorMessage(error)}. Install it where that user may run it, such as /usr/local/bin.");

        ExecStrings Words(IEnumerable<int> numbers) =>
            new(Lines([.. RunningAgent.IsDotNet(file) ? [file, Assembly] : new[] { file }, .. arguments(numbers)]));
    }

    private static EntrancePlan Plan(RunningAgent agent, bool isVisible)
    {
        ProcStatus status = agent.Status;
        if (status is not { Users: { Length: 3 } user, GroupIds: { Length: 3 } group, SupplementaryGroups: { } groups })
        {
            throw new RunningAgentException($"/proc/{agent.Pid}/status cannot be read.");
        }

        // The agent's paths and PIDs belong together: either all of its namespaces for them are entered, or none.
        bool isElsewhere = !agent.SharesNamespace("mnt") || !IsSameFile($"{agent.Directory}/root", "/");
        bool isEntered = !isElsewhere || isVisible;
        ulong permitted = new ProcStatus(ProcText.Lines(Self, "status")).PermittedCapabilities ?? 0;
        return new EntrancePlan(
            CgroupNamespace: isEntered ? Namespace(agent, "cgroup") : -1,
            NetworkNamespace: Namespace(agent, "net"),
            PidNamespace: isEntered ? Namespace(agent, "pid") : -1,
            MountNamespace: isEntered ? Namespace(agent, "mnt") : -1,
            Root: isEntered && isElsewhere ? Libc.Open($"{agent.Directory}/root", EntranceLibc.OpenPath) : -1,
            WorkingDirectory: isEntered ? Libc.Open($"{agent.Directory}/cwd", EntranceLibc.OpenPath) : -1,
            User: user,
            Group: group,
            Groups: groups,

            // Capabilities in another user namespace are limited to it; here they would apply to the whole machine.
            Capabilities: agent.SharesNamespace("user") ? (status.Capabilities ?? 0) & permitted : 0,
            NoNewPrivileges: status.NoNewPrivileges);
    }

    private static int Namespace(RunningAgent agent, string name) =>
        agent.SharesNamespace(name) ? -1 : Libc.Open($"{agent.Directory}/ns/{name}");

    /// <summary>The agent's variables, and of this process's only the location of the runtime.</summary>
    private static byte[] Variables(RunningAgent agent)
    {
        byte[] variables = agent.ReadEnvironment();
        bool isSet = variables.AsSpan().StartsWith(Encoding.UTF8.GetBytes(DotNetRoot + "="))
            || variables.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\0{DotNetRoot}=")) >= 0;
        return !isSet && File.Exists(Assembly) && Environment.GetEnvironmentVariable(DotNetRoot) is { Length: > 0 } root
            ? [.. variables, .. Lines($"{DotNetRoot}={root}")]
            : variables;
    }

    private static bool IsSameFile(string path, string other) =>
        FileStatus.Of(path, followLink: true) is { } one
        && FileStatus.Of(other, followLink: true) is { } two
        && (one.Device, one.Inode) == (two.Device, two.Inode);

    private static byte[] Lines(params IEnumerable<string> texts) => [.. texts.SelectMany(text => Encoding.UTF8.GetBytes(text + '\0'))];
}
