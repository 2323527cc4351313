using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Agent.Tcp.Tests.Kernel;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Runs code on a thread of its own, still root's, that lacks one capability; so do threads that it makes.</summary>
internal static unsafe class CapabilityThread
{
    /// <summary>include/uapi/linux/capability.h.</summary>
    public const int SysPtrace = 19;

    /// <inheritdoc cref="SysPtrace"/>
    public const int SysAdmin = 21;

    /// <summary><c>_LINUX_CAPABILITY_VERSION_3</c>: two words of each set.</summary>
    private const uint Version = 0x20080522;

    /// <summary>Numbers of capget and capset: asm/unistd_64.h, asm-generic/unistd.h.</summary>
    private static (nint Get, nint Set) Calls => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (125, 126),
        Architecture.Arm64 => (90, 91),
        _ => default,
    };

    public static void RunWithout(int capability, Action body)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to have capabilities to give up.");
        Assert.SkipWhen(Calls == default, "Knows the system calls of x64 and arm64 only.");
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Drop(capability);
                body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void Drop(int capability)
    {
        // struct __user_cap_header_struct: version, pid (0: this thread).
        uint* header = stackalloc uint[] { Version, 0 };

        // struct __user_cap_data_struct[2]: effective, permitted, inheritable; the second one of capabilities from 32 on.
        uint* data = stackalloc uint[6];
        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Get, (nint)header, (nint)data, 0), "capget");
        for (int set = 0; set < 3; set++)
        {
            data[set] &= ~(1u << capability);
        }

        KernelCalls.Checked((int)KernelCalls.syscall(Calls.Set, (nint)header, (nint)data, 0), "capset");
    }
}
