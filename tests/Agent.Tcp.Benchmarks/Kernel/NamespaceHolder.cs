using System.Diagnostics;
using System.Globalization;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>
/// Network namespaces with a few sockets each, as pods have them: in each lives a process that does nothing. One more process
/// makes them all and holds their sockets.
/// </summary>
internal sealed class NamespaceHolder : IDisposable
{
    public const string Command = "hold-namespaces";

    /// <summary>How often <see cref="Move"/> may be called.</summary>
    public const int Moves = 100;

    private readonly Process _holder;

    /// <summary>Makes them as children of the calling thread's network namespace, and waits until all are there.</summary>
    /// <param name="namespaces">How many.</param>
    /// <param name="mix">The sockets of each.</param>
    /// <param name="moving">In how many of them <see cref="Move"/> opens connections.</param>
    public NamespaceHolder(int namespaces, SocketMix mix, int moving = 0)
    {
        ProcessStartInfo start = OwnProgram.StartInfo(
            [Command, namespaces.ToString(CultureInfo.InvariantCulture), moving.ToString(CultureInfo.InvariantCulture), .. mix.ToArguments()]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _holder = Process.Start(start)!;
        string line = _holder.StandardOutput.ReadLine() ?? throw new IOException("The process that was to make namespaces failed; its message is above.");
        Processes = [.. line.Split(' ')];
    }

    /// <summary>The PID of a process in each.</summary>
    public IReadOnlyList<string> Processes { get; }

    /// <summary>Opens one more connection in each namespace that is to move.</summary>
    public void Move()
    {
        _holder.StandardInput.WriteLine();
        _holder.StandardInput.Flush();
        _ = _holder.StandardOutput.ReadLine();
    }

    /// <summary>The holder's own main function: it lives until its standard input ends, so never longer than its parent.</summary>
    public static int Hold(ReadOnlySpan<string> arguments)
    {
        int moving = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        SocketMix mix = SocketMix.FromArguments(arguments[2..]);
        var processes = new List<Process>();
        var moves = new List<Action>();
        for (int count = int.Parse(arguments[0], CultureInfo.InvariantCulture); count > 0; count--)
        {
            processes.Add(NetworkNamespace.In(() =>
            {
                SocketMaker.Make(mix);
                if (moves.Count < moving)
                {
                    moves.Add(SocketMaker.MakeLater(Moves));
                }

                return Process.Start("sleep", "infinity");
            }));
        }

        Console.Out.WriteLine(string.Join(' ', processes.Select(process => process.Id)));
        while (Console.In.ReadLine() is not null)
        {
            moves.ForEach(move => move());
            Console.Out.WriteLine();
        }

        processes.ForEach(process => process.Kill());
        processes.ForEach(process => process.WaitForExit());
        return 0;
    }

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
