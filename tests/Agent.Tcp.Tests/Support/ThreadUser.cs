using System.Runtime.InteropServices;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Support;

/// <summary>
/// Makes the calling thread, one of <see cref="OwnThread"/>'s, an ordinary user for good: the system calls themselves change
/// one thread, the functions of the C library all of them.
/// </summary>
internal static partial class ThreadUser
{
    /// <summary>The user of the image: no groups of root's, no capabilities.</summary>
    public const uint Id = 65532;

    public static void Become()
    {
        bool isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.SkipUnless(isX64 || RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "Knows the numbers of x86_64 and arm64.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to become another user.");

        // setgroups, setresgid, setresuid: asm/unistd_64.h, asm-generic/unistd.h.
        syscall(isX64 ? 116 : 159, 0, 0, 0).ShouldBe(0);
        syscall(isX64 ? 119 : 149, (nint)Id, (nint)Id, (nint)Id).ShouldBe(0);
        syscall(isX64 ? 117 : 147, (nint)Id, (nint)Id, (nint)Id).ShouldBe(0);
    }

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint first, nint second, nint third);
}
