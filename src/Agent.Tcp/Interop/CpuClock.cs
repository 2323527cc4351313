namespace Agent.Tcp.Interop;

/// <summary>The kernel's own clocks: CPU time, user and system, by the scheduler's account; and the time since boot.</summary>
internal static unsafe partial class CpuClock
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c>, include/uapi/linux/time.h.</summary>
    private const int ThreadCpuTime = 3;

    /// <summary><c>CLOCK_BOOTTIME</c>, include/uapi/linux/time.h.</summary>
    private const int BootTime = 7;

    /// <summary><c>USER_HZ</c>: 100 on every architecture that .NET runs on (include/asm-generic/param.h).</summary>
    private const long ClockTicksPerSecond = 100;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>What the calling thread has spent since it began.</summary>
    public static TimeSpan Thread()
    {
        Timespec time;
        return clock_gettime(ThreadCpuTime, &time) == 0
            ? new TimeSpan((time.tv_sec * TimeSpan.TicksPerSecond) + (time.tv_nsec / TimeSpan.NanosecondsPerTick))
            : TimeSpan.Zero;
    }

    /// <summary>
    /// Clock ticks since boot, suspended time included: what field 22 of <c>/proc/PID/stat</c> would say of a process that
    /// starts now. Later than any when it is unknown.
    /// </summary>
    public static ulong BootTicks()
    {
        Timespec time;
        return clock_gettime(BootTime, &time) == 0
            ? (ulong)((time.tv_sec * ClockTicksPerSecond) + (time.tv_nsec / (NanosecondsPerSecond / ClockTicksPerSecond)))
            : ulong.MaxValue;
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
