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

    private readonly Process _holder;

    /// <summary>Makes them as children of the calling thread's network namespace, and waits until all are there.</summary>
    public NamespaceHolder(int namespaces, SocketMix mix)
    {
        ProcessStartInfo start = OwnProgram.StartInfo(
            [Command, namespaces.ToString(CultureInfo.InvariantCulture), .. mix.ToArguments()]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _holder = Process.Start(start)!;
        string line = _holder.StandardOutput.ReadLine() ?? throw new IOException("The process that was to make namespaces failed; its message is above.");
        Processes = [.. line.Split(' ')];
    }

    /// <summary>The PID of a process in each.</summary>
    public IReadOnlyList<string> Processes { get; }

    /// <summary>The holder's own main function: it lives until its standard input ends, so never longer than its parent.</summary>
    public static int Hold(ReadOnlySpan<string> arguments)
    {
        var processes = new List<Process>();
        SocketMix mix = SocketMix.FromArguments(arguments[1..]);
        for (int count = int.Parse(arguments[0], CultureInfo.InvariantCulture); count > 0; count--)
        {
            processes.Add(NetworkNamespace.In(() =>
            {
                SocketMaker.Make(mix);
                return Process.Start("sleep", "infinity");
            }));
        }

        Console.Out.WriteLine(string.Join(' ', processes.Select(process => process.Id)));
        Console.In.ReadToEnd();
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
