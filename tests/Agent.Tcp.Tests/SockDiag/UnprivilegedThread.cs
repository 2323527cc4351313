using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>Takes root away from one thread, for good.</summary>
internal static partial class UnprivilegedThread
{
    private const nint Nobody = 65532;

    /// <summary>
    /// Makes the calling thread uid 65532; with the last uid 0 its capabilities go too. By system call, since the C
    /// library's setresuid() would change every thread of the process.
    /// </summary>
    public static void BecomeNobody()
    {
        nint setresuid = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 117,
            Architecture.Arm64 => 147,
            _ => 0,
        };
        Assert.SkipUnless(setresuid != 0, "the number of setresuid() on this architecture is not in this test");
        Assert.True(syscall(setresuid, Nobody, Nobody, Nobody) == 0, "setresuid() was refused");

        string[] status = File.ReadAllLines("/proc/thread-self/status");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Uid:\t{Nobody}\t{Nobody}\t{Nobody}\t{Nobody}"), status, StringComparer.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparer.Ordinal);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint real, nint effective, nint saved);
}
