using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Agent.Tests.Support;

/// <summary>
/// The built agent, as an operator runs it. AGENT_TEST_PROGRAM names another one, such as the published file;
/// the default is the output of src/Agent in the configuration that the tests were built in.
/// </summary>
internal static class AgentProgram
{
    private const string ProgramVariable = "AGENT_TEST_PROGRAM";

    /// <summary>0755.</summary>
    public const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The environment that the agent starts with: nothing of the machine's that it would read.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_NOLOGO"];

    public static string File { get; } = Find();

    public static TestProcess Start(
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>>? environment = null,
        string input = "") => TestProcess.Start(File, arguments, Environment(environment ?? []), input);

    /// <summary>Starts it by another program, which becomes it in the end.</summary>
    public static TestProcess StartUnder(string[] command, IEnumerable<KeyValuePair<string, string>> environment) =>
        TestProcess.Start(command[0], [.. command[1..], File], Environment(environment));

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandResult> RunAsync(
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>>? environment = null,
        string input = "")
    {
        await using TestProcess process = Start(arguments, environment, input);
        return await process.WaitForResultAsync();
    }

    public static Dictionary<string, string> Environment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // <root>/shared/Microsoft.NETCore.App/<version>/
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        };
        foreach (string name in Inherited)
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Where another user may run it, which the checkout need not be: its files, copied.</summary>
    [SupportedOSPlatform("linux")]
    public static string CopyTo(TemporaryFolder folder)
    {
        string copy = Directory.CreateDirectory(folder.File("agent"), ForAll).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(File)!))
        {
            string to = Path.Combine(copy, Path.GetFileName(file));
            System.IO.File.Copy(file, to, overwrite: true);
            System.IO.File.SetUnixFileMode(to, ForAll);
        }

        return Path.Combine(copy, Path.GetFileName(File));
    }

    private static string Find()
    {
        if (System.Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } named)
        {
            return named;
        }

        // bin/<configuration>/<framework>
        string output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string framework = Path.GetFileName(output);
        string configuration = Path.GetFileName(Path.GetDirectoryName(output)!);
        return Path.Combine(Repository.Root, "src", "Agent", "bin", configuration, framework, "agent");
    }
}

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(int ExitCode, string[] Output, string[] Error)
{
    public string OutputText => string.Join('\n', Output);

    public string ErrorText => string.Join('\n', Error);
}
