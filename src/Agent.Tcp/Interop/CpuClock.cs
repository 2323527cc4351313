using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>CPU time, user and system, by the scheduler's account.</summary>
internal static unsafe partial class CpuClock
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c>, include/uapi/linux/time.h.</summary>
    private const int ThreadCpuTime = 3;

    /// <summary>What the calling thread has spent since it began.</summary>
    public static TimeSpan Thread()
    {
        Timespec time;
        return clock_gettime(ThreadCpuTime, &time) == 0
            ? new TimeSpan((time.tv_sec * TimeSpan.TicksPerSecond) + (time.tv_nsec / TimeSpan.NanosecondsPerTick))
            : TimeSpan.Zero;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, Timespec* time);

    /// <summary><c>struct timespec</c> of the 64-bit ABIs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint tv_sec;
        public nint tv_nsec;
    }
}
