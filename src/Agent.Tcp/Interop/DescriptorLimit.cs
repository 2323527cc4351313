using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>How many files this process may have open.</summary>
internal static unsafe partial class DescriptorLimit
{
    /// <summary><c>RLIMIT_NOFILE</c>, include/uapi/asm-generic/resource.h; the same on all of .NET's Linux targets.</summary>
    private const int Files = 7;

    /// <summary>The limit in force; null when it cannot be told.</summary>
    public static ulong? Current()
    {
        // struct rlimit: rlim_cur, rlim_max, each an unsigned long.
        nuint* limit = stackalloc nuint[2];
        return getrlimit(Files, limit) == 0 ? limit[0] : null;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, nuint* limit);
}
