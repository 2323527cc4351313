using System.Runtime.InteropServices;
using Agent.Tcp;
using Agent.Tcp.Scheduling;
using Agent.Text;

namespace Agent.Commands;

/// <summary>What is shown of a snapshot, and how.</summary>
internal sealed record SnapshotView(bool Sockets, bool Json);

/// <summary>Takes and shows snapshots, once or until it is stopped.</summary>
internal static class SnapshotRun
{
    public static async Task<int> RunAsync(
        TcpInstrumentationOptions options, SnapshotView view, TimeSpan? interval)
    {
        options.Metrics.TurnOff();
        using var reader = new SnapshotReader(options);
        if (interval is not { } period)
        {
            return Show(Read(reader, options), options, view);
        }

        TerminalWindow? window = !view.Json && Style.IsTerminal(Console.IsOutputRedirected) ? new TerminalWindow(Console.Out) : null;
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
                    Show(Read(reader, options), options, view);
                }
                else
                {
                    window.Draw(Frame(Read(reader, options), options, view));
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

    private static int Show(TcpSnapshot snapshot, TcpInstrumentationOptions options, SnapshotView view)
    {
        SocketListing? sockets = Listing(snapshot, options, view);
        if (view.Json)
        {
            JsonOutput.Write(writer => SnapshotJson.Write(writer, snapshot, sockets));
        }
        else
        {
            SnapshotText.Write(Console.Out, snapshot, sockets, Style.ForOutput());
            Console.Out.Flush();
            foreach (ReadError error in snapshot.Errors)
            {
                Console.Error.WriteLine($"agent: {Printable.Line(error.Message)}");
            }
        }

        return snapshot.Errors.Count == 0 ? ExitCode.Success : ExitCode.Incomplete;
    }

    private static string Frame(TcpSnapshot snapshot, TcpInstrumentationOptions options, SnapshotView view) =>
        SnapshotText.Frame(snapshot, Listing(snapshot, options, view), Style.ForOutput(), TerminalWindow.Size.Rows);

    private static SocketListing? Listing(TcpSnapshot snapshot, TcpInstrumentationOptions options, SnapshotView view) =>
        view.Sockets ? new SocketListing(snapshot, options.ReadTimeout) : null;
}
