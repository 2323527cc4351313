using System.CommandLine;
using Agent.Tcp;

namespace Agent.Commands;

/// <summary>The command line: <c>agent [run] | snapshot | decode | states | doctor</c>.</summary>
internal static class AgentCommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
            {
                await Console.Error.WriteLineAsync($"agent: {Printable.Of(message)}");
            }

            await Console.Error.WriteLineAsync("See agent --help.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // Signals are the host's: the library would end the process 2 s after SIGTERM, the last export still on its way.
            ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Build()
    {
        Option<string?> config = RunCommand.ConfigOption();
        var root = new RootCommand(
            "Tells what every TCP socket on a node is doing: counts them by state and address family and exports the "
            + "counts over OpenTelemetry (OTLP). Without a command, runs the agent.")
        {
            RunCommand.Create(config),
            SnapshotCommand.Create(),
            DecodeCommand.Create(),
            StatesCommand.Create(),
            DoctorCommand.Create(config),
        };
        RunCommand.MakeDefaultOf(root, config);
        return root;
    }
}
