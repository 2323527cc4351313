using System.Runtime.InteropServices;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>The C library's calls for making namespaces, sockets and processes, and for telling what they cost.</summary>
internal static unsafe partial class Native
{
    /// <summary><c>CLONE_NEWNET</c>, include/uapi/linux/sched.h.</summary>
    public const int NewNetworkNamespace = 0x40000000;

    /// <summary><c>WNOHANG</c>, include/uapi/linux/wait.h.</summary>
    public const int NoHang = 1;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int prctl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(int descriptor, byte* address, int length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int listen(int descriptor, int backlog);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int connect(int descriptor, byte* address, int length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int accept4(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getsockname(int descriptor, byte* address, int* length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int shutdown(int descriptor, int how);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int open(byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int clock_gettime(int clock, TimeSpec* time);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int wait4(int process, int* status, int options, ResourceUsage* usage);

    [LibraryImport(Library)]
    public static partial int posix_spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    /// <summary>The result of a call, or an exception that names the call and the error.</summary>
    public static int Checked(int result, string call) =>
        result >= 0 ? result : throw Failure(call, Marshal.GetLastPInvokeError());

    public static IOException Failure(string call, int error) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");

    /// <summary><c>struct timespec</c> of a 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    /// <summary><c>struct rusage</c>, include/uapi/linux/resource.h; only the two times are read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    public struct ResourceUsage
    {
        public long ru_utime_sec;
        public long ru_utime_usec;
        public long ru_stime_sec;
        public long ru_stime_usec;

        public readonly long UserMicroseconds => (ru_utime_sec * 1_000_000) + ru_utime_usec;

        public readonly long SystemMicroseconds => (ru_stime_sec * 1_000_000) + ru_stime_usec;
    }
}
