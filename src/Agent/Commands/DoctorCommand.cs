using Agent.Configuration;
using Agent.Doctor;
using Agent.Doctor.Checks;
using Agent.Doctor.Running;
using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent doctor [--config FILE | --pid PID] [--json]</c>.</summary>
internal static class DoctorCommand
{
    private const string Name = "doctor";
    private const string PidName = "--pid";
    private const string EnteredName = "--entered";

    public static Command Create(Option<string?> config)
    {
        Option<int?> pid = Pid();

        // Passed by the doctor to the one that it starts in the agent's place.
        var entered = new Option<int[]>(EnteredName) { Hidden = true };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            Name, "Checks whether this process, or a running agent, sees what it should and reaches its collector, and says how to fix what is wrong.")
        {
            config, pid, entered, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(pid) is not null && result.GetResult(config) is not null)
            {
                result.AddError($"{PidName} uses the configuration of the running agent, so it cannot be combined with --config.");
            }
        });
        command.SetAction((parsed, cancellation) => RunAsync(
            new Arguments(parsed.GetValue(config), parsed.GetValue(pid), parsed.GetValue(entered) ?? [], parsed.GetValue(json)), cancellation));
        return command;
    }

    private static Option<int?> Pid() => new(PidName)
    {
        Description = "Checks a running agent, with its configuration, environment, namespaces, user and capabilities.",
        HelpName = "PID",
        CustomParser = CommonOptions.Number<int>(
            new(1, int.MaxValue), NumberStyles.None, $"{PidName} takes a PID, such as 812", " (systemctl shows 0 for a unit that is not running)"),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        try
        {
            if (arguments.Pid is not { } pid)
            {
                return await ExamineAsync(arguments, agent: null, cancellation);
            }

            bool isEntered = arguments.Entered.Length > 0;
            RunningAgent agent = RunningAgent.Of(
                pid, isEntered ? RunningAgent.NumberHere(arguments.Entered) : pid, AgentCommandLine.TryReadRun);
            return isEntered
                ? await ExamineAsync(arguments with { ConfigFile = agent.ConfigFile }, agent, cancellation)
                : AgentEntrance.Run(agent, numbers => Entering(pid, numbers, arguments.Json));
        }
        catch (RunningAgentException exception)
        {
            await Console.Error.WriteLineAsync($"agent: {exception.Message}");
            return ExitCode.Usage;
        }
    }

    private static IEnumerable<string> Entering(int pid, IEnumerable<int> numbers, bool json) =>
    [
        Name, PidName, $"{pid}", .. numbers.SelectMany(number => new[] { EnteredName, $"{number}" }), .. json ? [CommonOptions.JsonName] : Array.Empty<string>(),
    ];

    private static async Task<int> ExamineAsync(Arguments arguments, RunningAgent? agent, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> environment = AgentConfiguration.ReadEnvironment();
        var examination = new Examination(new DoctorContext
        {
            Configuration = Load(arguments.ConfigFile, environment, agent),
            ConfigFile = arguments.ConfigFile ?? AgentConfiguration.FileOf(environment),
            Environment = environment,
            Agent = agent,
        });
        IReadOnlyList<CheckResult> results = await examination.RunAsync(cancellation);
        if (arguments.Json)
        {
            JsonOutput.Write(writer => DoctorReport.WriteJson(writer, results, agent?.Pid));
        }
        else
        {
            await Console.Out.WriteAsync(DoctorReport.Text(results, Style.ForOutput()));
        }

        return results.Any(result => result.Finding.Status == CheckStatus.Failed) ? ExitCode.Incomplete : ExitCode.Success;
    }

    private static AgentConfiguration Load(string? file, IReadOnlyDictionary<string, string> environment, RunningAgent? agent)
    {
        try
        {
            return AgentConfiguration.Load(file, environment);
        }
        catch (ConfigurationException) when (agent is not null && RunningAgentCheck.Look(agent) is { Status: not CheckStatus.Ok } finding)
        {
            // A file that the agent has may not be visible here.
            Console.Error.WriteLine($"agent: {Printable.Line(finding.Found)}. {finding.Fix?.Anywhere}");
            throw;
        }
    }

    private sealed record Arguments(string? ConfigFile, int? Pid, int[] Entered, bool Json);
}
