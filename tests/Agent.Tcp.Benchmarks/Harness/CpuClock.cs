using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>
/// CPU time (user and system) in nanoseconds, by the scheduler's own account: the sum that <c>getrusage</c> and
/// <c>wait4</c> give in microseconds, and that <c>/proc/PID/stat</c> rounds to clock ticks.
/// </summary>
internal static unsafe class CpuClock
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c>, include/uapi/linux/time.h.</summary>
    private const int ThisThread = 3;

    /// <summary><c>CPUCLOCK_SCHED</c>, include/linux/posix-timers_types.h.</summary>
    private const int SchedulerClock = 2;

    /// <summary>What the calling thread has used.</summary>
    public static long OfThread() => Read(ThisThread);

    /// <summary>What all threads of a process have used, ended ones included.</summary>
    public static long OfProcess(int process) => Read((~process << 3) | SchedulerClock);

    /// <summary>
    /// The same, once the process has come to rest: what it does after its answer (collecting garbage, closing
    /// connections) belongs to the answer's cost. On a busy machine a process that only waits for a core seems at rest,
    /// so it must seem so for a while.
    /// </summary>
    public static long OfProcessAtRest(int process)
    {
        long last = OfProcess(process);
        for (int unchanged = 0, poll = 0; unchanged < 5 && poll < 100; poll++)
        {
            Thread.Sleep(20);
            long now = OfProcess(process);
            unchanged = now == last ? unchanged + 1 : 0;
            last = now;
        }

        return last;
    }

    private static long Read(int clock)
    {
        Native.TimeSpec time;
        Native.Checked(Native.clock_gettime(clock, &time), "clock_gettime");
        return (time.tv_sec * 1_000_000_000) + time.tv_nsec;
    }
}
