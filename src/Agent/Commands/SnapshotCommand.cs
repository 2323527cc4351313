using Agent.Configuration;
using Agent.Text;

namespace Agent.Commands;

/// <summary>
/// <c>agent snapshot [--proc-root DIR] [--source …] [--namespaces …] [--by …] [--state STATE,…] [--limit N] [--info]
/// [--sockets] [--watch SECONDS] [--json]</c>.
/// </summary>
internal static class SnapshotCommand
{
    private const double LeastWatchSeconds = 0.1;
    private const double MostWatchSeconds = 86_400;

    public static Command Create()
    {
        Option<string?> procRoot = ProcRoot();
        Option<string> source = CommonOptions.Choice(
            "--source", "Which kernel interface to read sockets by; auto uses sock_diag where possible, otherwise procfs.", "auto", "auto", "procfs", "sockdiag");
        Option<string> namespaces = CommonOptions.Choice(
            "--namespaces", "Which network namespaces to read.", "all", "own", "host", "all");
        var sockets = new Option<bool>("--sockets") { Description = "Also lists the sockets, by procfs." };
        var groups = new GroupOptions();
        Option<double?> watch = Watch();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("snapshot", "Counts the TCP sockets by state and address family, once or every SECONDS.")
        {
            procRoot, source, namespaces, groups.By, groups.State, groups.Limit, groups.Info, sockets, watch, json,
        };
        command.Validators.Add(result =>
        {
            groups.Validate(result);
            if (result.GetValue(sockets) && result.GetValue(groups.By) is not null)
            {
                result.AddError("--sockets lists every socket, so it cannot be combined with --by.");
            }

            if (result.GetValue(sockets) && string.Equals(result.GetValue(source), "sockdiag", StringComparison.Ordinal))
            {
                result.AddError("--sockets lists by procfs, so it cannot be combined with --source sockdiag.");
            }
        });
        command.SetAction(parsed =>
        {
            TimeSpan? interval = parsed.GetValue(watch) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            var options = new TcpInstrumentationOptions
            {
                ProcRoot = parsed.GetValue(procRoot) is { } folder ? Path.GetFullPath(folder) : ConfiguredProcRoot(),
                Source = parsed.GetValue(sockets) ? TcpSource.Procfs : Enum.Parse<TcpSource>(parsed.GetValue(source)!, ignoreCase: true),
                CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
                Namespaces = Enum.Parse<NamespaceScope>(parsed.GetValue(namespaces)!, ignoreCase: true),
            };
            SnapshotView view = groups.View(parsed, options, interval is not null)
                ?? (SnapshotView)new CountsView(parsed.GetValue(sockets) ? options.ReadTimeout : null);
            return SnapshotRun.RunAsync(options, view, parsed.GetValue(json), interval);
        });
        return command;
    }

    private static Option<string?> ProcRoot()
    {
        var option = new Option<string?>("--proc-root")
        {
            Description =
                $"Where the node's procfs is mounted. Default: the setting {SettingSchema.ProcRoot}, otherwise {TcpInstrumentationOptions.DefaultProcRoot}.",
            HelpName = "DIR",
        };
        option.Validators.Add(static result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string?>()))
            {
                result.AddError("--proc-root takes a directory, not an empty text.");
            }
        });
        return option;
    }

    /// <summary>In a pod without hostPID, the node's procfs is elsewhere; a snapshot is needed most where the configuration is broken.</summary>
    private static string ConfiguredProcRoot()
    {
        var faults = new List<string>();
        string procRoot = AgentConfiguration.ProcRootOf(AgentConfiguration.ReadEnvironment(), faults);
        if (faults.Count > 0)
        {
            Console.Error.WriteLine($"agent: {SettingSchema.ProcRoot} is unknown, so {procRoot} is read; --proc-root DIR sets it. {Printable.Line(string.Join(' ', faults))}");
        }

        return procRoot;
    }

    private static Option<double?> Watch() => new("--watch")
    {
        Description = $"Repeats the snapshot every SECONDS, from {LeastWatchSeconds} to {MostWatchSeconds}, until Ctrl+C.",
        HelpName = "SECONDS",
        CustomParser = CommonOptions.Number<double>(
            new(LeastWatchSeconds, MostWatchSeconds),
            NumberStyles.AllowDecimalPoint,
            $"--watch takes a number of seconds from {LeastWatchSeconds} to {MostWatchSeconds}, such as 2 or 0.5"),
    };
}
