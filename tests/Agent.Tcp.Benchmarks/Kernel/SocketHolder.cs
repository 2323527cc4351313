using System.Diagnostics;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>
/// Processes that make sockets and hold them. Not the measuring process itself: every process started from one with
/// 100,000 descriptors pays for copying and closing them, which would be counted as the cost of <c>cat</c>. And not one
/// process for all: then no privilege is needed to go beyond the usual limit of open files.
/// </summary>
internal sealed class SocketHolder : IDisposable
{
    public const string Command = "hold";
    private const string Ready = "ready";

    /// <summary>Below a hard limit of 20,000 open files. The runtime raises the soft one by itself.</summary>
    private const int SocketsPerProcess = 16_000;

    private readonly List<Process> _processes = [];

    private SocketHolder()
    {
    }

    /// <summary>A process that lives in the sockets' namespace.</summary>
    public int ProcessId => _processes[0].Id;

    /// <summary>Those that have the sockets open.</summary>
    public IEnumerable<int> ProcessIds => _processes.Select(process => process.Id);

    /// <summary>Makes the sockets in the calling thread's network namespace and waits until all are there.</summary>
    public static SocketHolder Start(SocketMix mix)
    {
        var holder = new SocketHolder();
        foreach (SocketMix part in mix.Split(SocketsPerProcess))
        {
            ProcessStartInfo start = OwnProgram.StartInfo([Command, .. part.ToArguments()]);
            start.UseShellExecute = false;
            start.RedirectStandardInput = true;
            start.RedirectStandardOutput = true;
            holder._processes.Add(Process.Start(start)!);
        }

        if (!holder._processes.TrueForAll(IsReady))
        {
            holder.Dispose();
            throw new IOException($"A process that was to hold some of {mix.Sockets} sockets failed; its message is above.");
        }

        return holder;
    }

    /// <summary>A holder's own main function: it lives until its standard input ends, so never longer than its parent.</summary>
    public static int Hold(ReadOnlySpan<string> arguments)
    {
        SocketMaker.Make(SocketMix.FromArguments(arguments));
        Console.Out.WriteLine(Ready);
        Console.In.ReadToEnd();
        return 0;
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.StandardInput.Close());
        _processes.ForEach(process =>
        {
            process.WaitForExit();
            process.Dispose();
        });
    }

    private static bool IsReady(Process process) =>
        string.Equals(process.StandardOutput.ReadLine(), Ready, StringComparison.Ordinal);
}
