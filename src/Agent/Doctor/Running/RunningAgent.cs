using Agent.Doctor.Proc;

namespace Agent.Doctor.Running;

/// <summary>A process that runs the agent, as procfs shows it.</summary>
/// <param name="Pid">Its PID, as the operator gave it.</param>
/// <param name="Directory">Its procfs directory.</param>
/// <param name="Command">Its command line.</param>
/// <param name="ConfigFile">The value of its option --config, or null.</param>
internal sealed record RunningAgent(int Pid, string Directory, IReadOnlyList<string> Command, string? ConfigFile)
{
    private const string Program = "agent";
    private const string Assembly = Program + ".dll";
    private const string Deleted = " (deleted)";
    private const string Find = "To find the agent: systemctl show -P MainPID tcp-agent, or pgrep -x agent.";

    public ProcStatus Status => new(ProcText.Lines(Directory, "status"));

    /// <summary>Whether this process is in the same namespace: <c>mnt</c>, <c>net</c>, <c>pid</c>, <c>user</c>, <c>cgroup</c>.</summary>
    public bool SharesNamespace(string name) => string.Equals(
        ProcText.Link(Directory, "ns", name), ProcText.Link("/proc/self/ns", name), StringComparison.Ordinal);

    /// <summary>Whether a file is the <c>dotnet</c> host.</summary>
    public static bool IsDotNet(string file) => string.Equals(Path.GetFileName(file), "dotnet", StringComparison.Ordinal);

    /// <summary>The variables it was started with, each terminated by a NUL byte.</summary>
    /// <exception cref="RunningAgentException">This process may not read them.</exception>
    public byte[] ReadEnvironment()
    {
        try
        {
            return ProcText.Bytes(Directory, "environ");
        }
        catch (UnauthorizedAccessException)
        {
            throw new RunningAgentException(
                $"{Directory}/environ: permission denied. Run agent doctor as root (sudo), or as the agent's user (uid {Status.User}) with its capabilities.");
        }
        catch (IOException)
        {
            throw Ended(Pid);
        }
    }

    /// <summary>The agent with a PID.</summary>
    /// <param name="pid">The PID as the operator gave it.</param>
    /// <param name="number">The PID in the procfs that is mounted here.</param>
    /// <param name="readRun">Reads arguments that run the agent, see <see cref="RunArguments"/>.</param>
    /// <exception cref="RunningAgentException">It does not run the agent.</exception>
    public static RunningAgent Of(int pid, int number, RunArguments readRun)
    {
        string directory = $"{TcpInstrumentationOptions.DefaultProcRoot}/{number}";
        string[] command = CommandOf(pid, directory);
        int program = ProgramLength(command, ProcText.Link(directory, "exe"), Environment.ProcessPath);
        if (program == 0)
        {
            throw new RunningAgentException($"--pid {pid}: {Printable.Line(command[0])} is not an agent. {Find}");
        }

        return readRun(command[program..], out string? configFile)
            ? new RunningAgent(pid, directory, command, configFile)
            : throw new RunningAgentException($"--pid {pid}: \"{Printable.Line(string.Join(' ', command))}\" is another command of this program, not a running agent. {Find}");
    }

    /// <summary>The agent's PID in the procfs that is mounted here, for a process in its PID namespace.</summary>
    /// <param name="numbers">Its PIDs in the PID namespaces from the outermost known one to its own.</param>
    public static int NumberHere(IReadOnlyList<int> numbers) =>
        numbers[Math.Clamp(numbers.Count - new ProcStatus(ProcText.Lines("/proc/self/status")).PidNamespaces, 0, numbers.Count - 1)];

    /// <summary>How many words of a command line name the program; 0 when it is not the agent.</summary>
    /// <param name="command">The command line: <c>agent …</c>, or <c>dotnet agent.dll …</c> from a checkout.</param>
    /// <param name="file">The program's file; null when that cannot be read.</param>
    /// <param name="ownFile">This program's file, in case it is installed under another name.</param>
    public static int ProgramLength(string[] command, string? file, string? ownFile)
    {
        string path = file is not null && file.EndsWith(Deleted, StringComparison.Ordinal) ? file[..^Deleted.Length] : file ?? command[0];
        string name = Path.GetFileName(path);
        bool isAgent = string.Equals(name, Program, StringComparison.Ordinal) || string.Equals(name, Path.GetFileName(ownFile), StringComparison.Ordinal);
        return IsDotNet(path)
            ? Array.FindIndex(command, word => string.Equals(Path.GetFileName(word), Assembly, StringComparison.Ordinal)) + 1
            : isAgent ? 1 : 0;
    }

    private static string[] CommandOf(int pid, string directory)
    {
        string text = RegularFile.Try(() => Encoding.UTF8.GetString(ProcText.Bytes(directory, "cmdline"))) ?? throw Ended(pid);
        if (text.Length > 0)
        {
            return (text[^1] == '\0' ? text[..^1] : text).Split('\0');
        }

        string name = Printable.Line(ProcText.Lines(directory, "comm").FirstOrDefault("it"));
        throw new RunningAgentException($"--pid {pid}: {name} is a kernel thread or has ended, not an agent. {Find}");
    }

    private static RunningAgentException Ended(int pid) =>
        new($"--pid {pid}: there is no such process, or it is hidden (hidepid). {Find}");
}

/// <summary>Reads the arguments of a program: whether they run the agent, and with which configuration file.</summary>
internal delegate bool RunArguments(string[] arguments, out string? configFile);

/// <summary>A process cannot be examined; the message says why and how to fix it, in one line.</summary>
internal sealed class RunningAgentException(string message) : Exception(message);
