using Agent.Configuration;
using Agent.Hosting;

namespace Agent.Commands;

/// <summary><c>agent [run] [--config FILE]</c>.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    /// <summary>One option for <c>agent</c> and <c>agent run</c>, so that it may be before or after <c>run</c>.</summary>
    public static Option<string?> ConfigOption() => new("--config")
    {
        Description = "The configuration file (JSON). Default: the file in the variable AGENT_CONFIG, or none.",
        HelpName = "FILE",
    };

    public static Command Create(Option<string?> config)
    {
        var command = new Command(Name, "Runs the agent until it is stopped (SIGTERM, Ctrl+C).");
        MakeDefaultOf(command, config);
        return command;
    }

    /// <summary>Adds the option and action of <c>run</c> to a command.</summary>
    public static void MakeDefaultOf(Command command, Option<string?> config)
    {
        command.Add(config);
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(config), cancellation));
    }

    private static async Task<int> RunAsync(string? configFile, CancellationToken cancellation)
    {
        await AgentHost.RunAsync(AgentConfiguration.Load(configFile, AgentConfiguration.ReadEnvironment()), cancellation);
        return ExitCode.Success;
    }
}
