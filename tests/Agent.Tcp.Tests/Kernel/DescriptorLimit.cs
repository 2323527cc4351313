using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>The number of files this process may have open (<c>RLIMIT_NOFILE</c>).</summary>
internal static unsafe class DescriptorLimit
{
    /// <summary><c>RLIMIT_NOFILE</c>, asm-generic/resource.h.</summary>
    private const int Files = 7;

    /// <summary>What the rest of the process may need besides.</summary>
    private const ulong Spare = 2000;

    /// <summary>Raises the limit where it is lower; root may.</summary>
    public static void RaiseOrSkip(int needed)
    {
        ulong* limit = stackalloc ulong[2];
        KernelCalls.Checked(KernelCalls.getrlimit(Files, limit), "getrlimit");
        ulong least = (ulong)needed + Spare;
        if (limit[0] >= least)
        {
            return;
        }

        ulong found = limit[0];
        limit[0] = least;
        limit[1] = Math.Max(limit[1], least);
        Assert.SkipWhen(
            KernelCalls.setrlimit(Files, limit) < 0,
            $"Needs {least} open files; the limit is {found} and may not be raised (ulimit -n).");
    }
}
