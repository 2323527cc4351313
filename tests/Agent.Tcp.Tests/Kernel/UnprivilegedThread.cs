using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A thread of this process that has become the user of the container image: uid and gid 65532, no groups, and with
/// the uid all capabilities gone. Credentials belong to the thread as long as the bare system calls are used.
/// </summary>
internal static class UnprivilegedThread
{
    public const int User = 65532;

    /// <summary>Numbers of setgroups, setresgid and setresuid: asm/unistd_64.h, asm-generic/unistd.h.</summary>
    private static (nint Groups, nint Gid, nint Uid) Calls => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (116, 119, 117),
        Architecture.Arm64 => (159, 149, 147),
        _ => default,
    };

    /// <summary>Runs the work as that user and waits for it. Skips where this process is not root.</summary>
    public static T Run<T>(Func<T> work)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to become another user.");
        Assert.SkipWhen(Calls == default, "Knows the system calls of x64 and arm64 only.");
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                GiveUpPrivileges();
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void GiveUpPrivileges()
    {
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Groups, 0, 0, 0), "setgroups");
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Gid, User, User, User), "setresgid");
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Uid, User, User, User), "setresuid");
    }
}
