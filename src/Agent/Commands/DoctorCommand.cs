using System.CommandLine;
using Agent.Configuration;
using Agent.Doctor;
using Agent.Tcp;
using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent doctor [--config FILE] [--json]</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create(Option<string?> config)
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "doctor", "Checks whether this process sees what it should and reaches its collector, and says how to mend what does not.")
        {
            config, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(config), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? configFile, bool json, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> environment = ProcessEnvironment.Read();
        AgentConfiguration configuration;
        try
        {
            configuration = AgentConfiguration.Load(configFile, environment);
        }
        catch (ConfigurationException exception)
        {
            await Console.Error.WriteLineAsync(Printable.Of(exception.Message, keepLines: true));
            return ExitCode.Usage;
        }

        var examination = new Examination(new DoctorContext
        {
            Configuration = configuration,
            ConfigFile = configFile ?? AgentConfiguration.FileOf(environment),
            Environment = environment,
        });
        IReadOnlyList<CheckResult> results = await examination.RunAsync(cancellation);
        if (json)
        {
            JsonOutput.Write(writer => DoctorJson.Write(writer, results));
        }
        else
        {
            await Console.Out.WriteAsync(DoctorText.Render(results, Style.ForOutput()));
        }

        return results.Any(result => result.Finding.Status == CheckStatus.Failed) ? ExitCode.Incomplete : ExitCode.Success;
    }
}
