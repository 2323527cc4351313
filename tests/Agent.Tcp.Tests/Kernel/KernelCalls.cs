using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// The system calls that the kernel tests make themselves. Plain calls instead of <c>System.Net.Sockets</c>: they do
/// one thing, on the calling thread (whose network namespace counts), and a load generator can afford them.
/// </summary>
internal static unsafe partial class KernelCalls
{
    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setns(int descriptor, int kind);

    [LibraryImport(Library)]
    public static partial int gettid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

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
    public static partial nint write(int descriptor, byte* data, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int shutdown(int descriptor, int how);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getrlimit(int resource, ulong* softAndHard);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setrlimit(int resource, ulong* softAndHard);

    /// <summary>The bare call: unlike glibc's wrappers, it changes the credentials of the calling thread only.</summary>
    [LibraryImport(Library, SetLastError = true)]
    public static partial nint syscall(nint number, nint first, nint second, nint third);

    /// <summary>Throws with the call's name and the system's words when a call failed.</summary>
    public static int Checked(int result, string call) => result >= 0
        ? result
        : throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
