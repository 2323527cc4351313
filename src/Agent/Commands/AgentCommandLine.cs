using System.CommandLine.Help;
using Agent.Configuration;
using Agent.Tcp.Groups;
using Agent.Text;

namespace Agent.Commands;

/// <summary>The command line: <c>agent [run] | snapshot | decode | states | doctor</c>.</summary>
internal static class AgentCommandLine
{
    private const string Name = "agent";

    /// <summary>Runs a command. It always ends with an exit code and, except for a closed pipe, a message.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        StandardStreams.TakeOver();
        try
        {
            int code = await InvokeAsync(arguments);
            await Console.Out.FlushAsync();
            return code;
        }
        catch (OutputException exception)
        {
            return exception.IsClosedPipe ? ExitCode.ClosedPipe : Fail(exception.Message);
        }
        catch (ConfigurationException exception)
        {
            await Console.Error.WriteLineAsync(Printable.Of(exception.Message, keepLines: true));
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception.GetBaseException() is OutOfMemoryException or MemoryBoundException)
        {
            return Fail("out of memory: this command needs more than the memory limit of its container, cgroup or ulimit allows. Raise the limit.");
        }
        catch (Exception exception)
        {
            // A type's initializer or a task wraps what happened; its first frame says where.
            Exception cause = exception.GetBaseException();
            string? place = cause.StackTrace?.Split('\n')[0].Trim();
            return Fail($"{cause.GetType().Name}: {cause.Message} ({place}; a bug in this program, please report it)");
        }
    }

    private static async Task<int> InvokeAsync(string[] arguments)
    {
        ParseResult parsed = Parse(Build(RunCommand.ConfigOption()), arguments);
        if (parsed.Errors.Count > 0)
        {
            IEnumerable<string> messages = parsed.Errors.Select(error => Printable.Line(error.Message)).Distinct(StringComparer.Ordinal);
            await Console.Error.WriteLineAsync($"agent: {string.Join(' ', messages)} See agent --help.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // The host handles signals: the library would end the process 2 s after SIGTERM, during the last export.
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>Whether the arguments run the agent, and the value of their option --config.</summary>
    public static bool TryReadRun(string[] arguments, out string? configFile)
    {
        Option<string?> config = RunCommand.ConfigOption();
        ParseResult parsed = Parse(Build(config), arguments);
        bool isRun = parsed.Errors.Count == 0 && parsed.CommandResult.Command.Name is Name or RunCommand.Name;
        configFile = isRun ? parsed.GetValue(config) : null;
        return isRun;
    }

    // @FILE is not replaced by the arguments in a file.
    private static ParseResult Parse(Command root, string[] arguments) =>
        root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"agent: {Printable.Line(message)}");
        return ExitCode.Incomplete;
    }

    private static Command Build(Option<string?> config)
    {
        // Not a RootCommand, whose name is that of the program's file: one that is called like a command would be both.
        var root = new Command(
            Name,
            "Counts every TCP socket on a node by state and address family and exports the counts over OpenTelemetry (OTLP). "
            + "Without a command, runs the agent.")
        {
            RunCommand.Create(config),
            SnapshotCommand.Create(),
            DecodeCommand.Create(),
            StatesCommand.Create(),
            DoctorCommand.Create(config),
            new HelpOption(),
            new VersionOption(),
        };
        RunCommand.MakeDefaultOf(root, config);
        return root;
    }
}
