using System.Globalization;
using System.Runtime.InteropServices;
using Agent.Tcp.Tests.Support;
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

    /// <summary>
    /// Runs the work as that user and waits for it, in the network namespace of the calling thread. Skips where this
    /// process is not root.
    /// </summary>
    public static T Run<T>(Func<T> work)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to become another user.");
        Assert.SkipWhen(Calls == default, "Knows the system calls of x64 and arm64 only.");
        return OwnThread.Run(() =>
        {
            GiveUpPrivileges();
            return work();
        });
    }

    private static void GiveUpPrivileges()
    {
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Groups, 0, 0, 0), "setgroups");
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Gid, User, User, User), "setresgid");
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Uid, User, User, User), "setresuid");

        string[] status = File.ReadAllLines("/proc/thread-self/status");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Uid:\t{User}\t{User}\t{User}\t{User}"), status, StringComparer.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparer.Ordinal);
    }
}
