using System.Diagnostics;
using System.Globalization;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>A program that lives in a test's namespace and does nothing: a namespace's representative process.</summary>
internal sealed class ResidentProcess : IDisposable
{
    private const string Lifetime = "120";

    private readonly Process _process;

    private ResidentProcess(Process process, int id) => (_process, Id) = (process, id);

    public int Id { get; }

    public static ResidentProcess StartIn(TestNamespace space)
    {
        Process process = Tool.Start("nsenter", $"--net={space.File}", "sleep", Lifetime);
        var resident = new ResidentProcess(process, process.Id);
        resident.AwaitArrival(space);
        return resident;
    }

    /// <summary>A process that has ended and that its parent never asks after: still in <c>/proc</c>, without a namespace.</summary>
    public static ResidentProcess StartZombie()
    {
        // The shell becomes a sleep, which knows of no child; the child ends when it sees that.
        Process parent = Tool.Start(
            "sh",
            "-c",
            $"(while read name </proc/$$/comm && [ $name = sh ]; do sleep 0.05; done) & echo $!; exec sleep {Lifetime}");
        int child = int.Parse(parent.StandardOutput.ReadLine() ?? "", CultureInfo.InvariantCulture);
        Poll.Until(
            () => File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal),
            "the child is a zombie");
        return new ResidentProcess(parent, child);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <summary>nsenter starts outside and then enters.</summary>
    private void AwaitArrival(TestNamespace space)
    {
        ulong inside = space.ToTcpNamespace().Inode;
        ProcPath table = ProcPath.OfNet("/proc", Id.ToString(CultureInfo.InvariantCulture), "tcp");
        Poll.Until(() => Libc.Inode(table.Bytes) == inside, "the process is in the namespace");
    }
}
