using System.CommandLine;
using Agent.Tcp;
using Agent.Tcp.Snapshots;
using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent snapshot</c>: the node's sockets now.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var procRoot = new Option<string>("--proc-root")
        {
            Description = "Where the node's procfs is mounted.",
            HelpName = "DIR",
            DefaultValueFactory = _ => TcpInstrumentationOptions.DefaultProcRoot,
        };
        procRoot.Validators.Add(static result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("--proc-root takes a folder, not an empty text.");
            }
        });
        Option<string> namespaces = CommonOptions.Choice(
            "--namespaces", "Which network namespaces to read.", "all", "own", "host", "all");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("snapshot", "Counts the TCP sockets by state and address family, now.")
        {
            procRoot, namespaces, json,
        };
        command.SetAction(parsed => Run(
            new TcpInstrumentationOptions
            {
                ProcRoot = Path.GetFullPath(parsed.GetValue(procRoot)!),
                Namespaces = Enum.Parse<NamespaceScope>(parsed.GetValue(namespaces)!, ignoreCase: true),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(TcpInstrumentationOptions options, bool json)
    {
        TcpSnapshot snapshot = new SnapshotReader(options).Read();
        if (json)
        {
            JsonOutput.Write(Console.OpenStandardOutput(), writer => SnapshotJson.Write(writer, snapshot));
        }
        else
        {
            Console.Out.Write(SnapshotText.Render(snapshot, Style.ForOutput()));
            foreach (ReadError error in snapshot.Errors)
            {
                Console.Error.WriteLine($"agent: {error.Message}");
            }
        }

        return snapshot.Errors.Count == 0 ? ExitCode.Success : ExitCode.Incomplete;
    }
}
