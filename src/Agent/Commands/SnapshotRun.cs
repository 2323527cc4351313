using Agent.Tcp.Scheduling;
using Agent.Text;

namespace Agent.Commands;

/// <summary>Takes and shows snapshots, once or until it is stopped.</summary>
internal static class SnapshotRun
{
    public static async Task<int> RunAsync(TcpInstrumentationOptions options, SnapshotView view, bool asJson, TimeSpan? interval)
    {
        options.Metrics.TurnOff();
        using var reader = new SnapshotReader(options, rows: view.Rows);
        if (interval is not { } period)
        {
            return Show(Read(reader, options), view, asJson);
        }

        TerminalWindow? window = !asJson && Style.IsTerminal(Console.IsOutputRedirected) ? new TerminalWindow(Console.Out) : null;
        using PosixSignalRegistration? resized = window is null
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => window.Redraw());
        using var stop = new StopSignals();
        using var timer = new PeriodicTimer(period);
        try
        {
            do
            {
                if (window is null)
                {
                    Show(Read(reader, options), view, asJson);
                }
                else
                {
                    window.Draw(view.Frame(Read(reader, options), Style.ForOutput(), TerminalWindow.Size.Rows));
                }
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C ends a watch.
            window?.Leave();
        }

        return ExitCode.Success;
    }

    /// <summary>A snapshot is for the whole node: namespaces not read in time are an error.</summary>
    private static TcpSnapshot Read(SnapshotReader reader, TcpInstrumentationOptions options)
    {
        TcpSnapshot snapshot = reader.Read();
        if (snapshot.Unread(options) is { } unread)
        {
            snapshot.Errors.Add(unread);
        }

        return snapshot;
    }

    private static int Show(TcpSnapshot snapshot, SnapshotView view, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json => view.WriteJson(json, snapshot));
        }
        else
        {
            view.WriteText(Console.Out, snapshot, Style.ForOutput());
            Console.Out.Flush();
            foreach (ReadError error in snapshot.Errors)
            {
                Console.Error.WriteLine($"agent: {Printable.Line(error.Message)}");
            }
        }

        return snapshot.Errors.Count == 0 ? ExitCode.Success : ExitCode.Incomplete;
    }
}
