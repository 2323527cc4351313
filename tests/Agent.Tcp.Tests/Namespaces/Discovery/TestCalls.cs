using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>The system calls that these tests make themselves.</summary>
internal static partial class TestCalls
{
    private const string Library = "libc";

    /// <summary>Numbers of setgroups, setresgid and setresuid: asm/unistd_64.h, asm-generic/unistd.h.</summary>
    private static (nint Groups, nint Group, nint User) Credentials => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (116, 119, 117),
        Architecture.Arm64 => (159, 149, 147),
        _ => throw new PlatformNotSupportedException("Knows the system calls of x64 and arm64 only."),
    };

    public static void Link(string existing, string name) => Check(link(existing, name), "link");

    public static void MountProc(string directory, string options) => Check(mount("proc", directory, "proc", 0, options), "mount");

    public static void Unmount(string directory) => Check(umount2(directory, 0), "umount2");

    /// <summary>Makes the calling thread, and no other, an ordinary user's: no groups, and with the user no capabilities.</summary>
    public static void BecomeUser(int id)
    {
        Check((int)syscall(Credentials.Groups, 0, 0, 0), "setgroups");
        Check((int)syscall(Credentials.Group, id, id, id), "setresgid");
        Check((int)syscall(Credentials.User, id, id, id), "setresuid");
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string name);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);
}
