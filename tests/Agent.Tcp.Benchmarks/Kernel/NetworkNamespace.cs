using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>
/// New network namespaces, each with nothing but <c>lo</c>. They have no name and go with their last process.
/// </summary>
internal static class NetworkNamespace
{
    private const string Marker = "AGENT_BENCHMARKS_NAMESPACE";

    /// <summary><c>PR_SET_PDEATHSIG</c>, include/uapi/linux/prctl.h.</summary>
    private const int SetParentDeathSignal = 1;

    /// <summary>The same on all of .NET's Linux targets.</summary>
    private const int SigKill = 9;

    public static bool IsOwn => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>Runs this program again in a new namespace, all of its threads included.</summary>
    public static int RunOwnProgram(string[] arguments) => In(() =>
    {
        ProcessStartInfo start = OwnProgram.StartInfo(arguments);
        start.Environment[Marker] = "1";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    });

    /// <summary>
    /// The same in a new PID namespace with its own <c>/proc</c>: a node of its own, whose host is the new network namespace.
    /// All that is made there goes with it, and so does what is set under <c>/proc/sys/net</c>, however it ends. PID 1 is a
    /// shell, because .NET as PID 1 waits for every child itself.
    /// </summary>
    public static int RunOwnProgramAsNode(string[] arguments)
    {
        ProcessStartInfo own = OwnProgram.StartInfo(arguments);
        string[] node = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", "\"$@\"; exit $?", "sh", own.FileName];
        var start = new ProcessStartInfo("unshare", [.. node, .. own.ArgumentList]);
        start.Environment[Marker] = "1";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>For the program that runs there: it is not to go on when the one that started it has been ended.</summary>
    public static void EndWithParent() =>
        Native.Checked(Native.prctl(SetParentDeathSignal, SigKill, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)");

    /// <summary>Runs something on a thread of a new namespace; processes started there live in it.</summary>
    public static T In<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Native.Checked(Native.unshare(Native.NewNetworkNamespace), "unshare(CLONE_NEWNET); run as root or under `unshare -rn`");
                Loopback.Up();
                result = action();
            }
#pragma warning disable CA1031 // Handed on to the caller's thread below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
