using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Agent.Tcp;

namespace Agent.Commands;

/// <summary>
/// <c>agent snapshot [--proc-root DIR] [--source …] [--namespaces …] [--sockets] [--watch SECONDS] [--json]</c>.
/// </summary>
internal static class SnapshotCommand
{
    private const double LeastWatchSeconds = 0.1;
    private const double MostWatchSeconds = 86_400;

    public static Command Create()
    {
        Option<string> procRoot = ProcRoot();
        Option<string> source = CommonOptions.Choice(
            "--source", "Which interface of the kernel to read by; auto takes sock_diag where it can see.", "auto", "auto", "procfs", "sockdiag");
        Option<string> namespaces = CommonOptions.Choice(
            "--namespaces", "Which network namespaces to read.", "all", "own", "host", "all");
        var sockets = new Option<bool>("--sockets") { Description = "Lists the sockets too, by procfs." };
        Option<double?> watch = Watch();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("snapshot", "Counts the TCP sockets by state and address family, now.")
        {
            procRoot, source, namespaces, sockets, watch, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(sockets) && string.Equals(result.GetValue(source), "sockdiag", StringComparison.Ordinal))
            {
                result.AddError("--sockets lists by procfs, so it does not go with --source sockdiag.");
            }
        });
        command.SetAction(parsed => SnapshotRun.RunAsync(
            new TcpInstrumentationOptions
            {
                ProcRoot = Path.GetFullPath(parsed.GetValue(procRoot)!),
                Source = parsed.GetValue(sockets) ? TcpSource.Procfs : Enum.Parse<TcpSource>(parsed.GetValue(source)!, ignoreCase: true),
                CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
                Namespaces = Enum.Parse<NamespaceScope>(parsed.GetValue(namespaces)!, ignoreCase: true),
            },
            new SnapshotView(parsed.GetValue(sockets), parsed.GetValue(json)),
            parsed.GetValue(watch) is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        return command;
    }

    private static Option<string> ProcRoot()
    {
        var option = new Option<string>("--proc-root")
        {
            Description = "Where the node's procfs is mounted.",
            HelpName = "DIR",
            DefaultValueFactory = _ => TcpInstrumentationOptions.DefaultProcRoot,
        };
        option.Validators.Add(static result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("--proc-root takes a folder, not an empty text.");
            }
        });
        return option;
    }

    private static Option<double?> Watch() => new("--watch")
    {
        Description = $"Repeats every so many seconds, from {LeastWatchSeconds} to {MostWatchSeconds}, until Ctrl+C.",
        HelpName = "SECONDS",
        CustomParser = ParseSeconds,
    };

    /// <summary>Digits and a decimal point: 1,5 is one and a half to one person, and fifteen to another.</summary>
    private static double? ParseSeconds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= LeastWatchSeconds and <= MostWatchSeconds)
        {
            return seconds;
        }

        result.AddError(
            $"--watch takes a number of seconds from {LeastWatchSeconds} to {MostWatchSeconds}, such as 2 or 0.5, not \"{text}\".");
        return null;
    }
}
