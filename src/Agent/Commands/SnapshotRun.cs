using Agent.Tcp;
using Agent.Tcp.Snapshots;
using Agent.Text;

namespace Agent.Commands;

/// <summary>What of a snapshot is shown, and how.</summary>
internal sealed record SnapshotView(bool Sockets, bool Json);

/// <summary>Takes and shows snapshots, once or until it is told to stop.</summary>
internal static class SnapshotRun
{
    /// <summary>Home, and clear to the end: a terminal is redrawn without flicker.</summary>
    private const string Redraw = "\u001b[H\u001b[J";

    public static async Task<int> RunAsync(
        TcpInstrumentationOptions options, SnapshotView view, TimeSpan? interval)
    {
        options.Metrics.TurnOff();
        using var reader = new SnapshotReader(options);
        if (interval is not { } period)
        {
            return Show(Read(reader, options), options, view);
        }

        using var stop = new StopSignals();
        using var timer = new PeriodicTimer(period);
        try
        {
            do
            {
                if (!view.Json && Style.IsTerminal(Console.IsOutputRedirected))
                {
                    Console.Out.Write(Redraw);
                }

                Show(Read(reader, options), options, view);
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how a watch ends.
        }

        return ExitCode.Success;
    }

    /// <summary>Somebody waits for the whole node: what is left over is an error.</summary>
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
        SocketListings? sockets = view.Sockets ? SocketListings.Read(snapshot, options.ReadTimeout) : null;
        if (view.Json)
        {
            JsonOutput.Write(writer => SnapshotJson.Write(writer, snapshot, sockets));
        }
        else
        {
            Console.Out.Write(SnapshotText.Render(snapshot, sockets, Style.ForOutput()));
            Console.Out.Flush();
            foreach (ReadError error in snapshot.Errors)
            {
                Console.Error.WriteLine($"agent: {error.Message}");
            }
        }

        return snapshot.Errors.Count == 0 ? ExitCode.Success : ExitCode.Incomplete;
    }
}
