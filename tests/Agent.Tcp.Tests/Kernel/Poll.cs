namespace Agent.Tcp.Tests.Kernel;

/// <summary>Waiting for what the kernel or another process will do, however loaded the machine.</summary>
internal static class Poll
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static void Until(Func<bool> holds, string what)
    {
        if (!TryUntil(holds))
        {
            throw new TimeoutException($"After {Deadline.TotalSeconds} s it still does not hold that {what}.");
        }
    }

    /// <summary>False when the deadline passed.</summary>
    public static bool TryUntil(Func<bool> holds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
            {
                return false;
            }

            Thread.Sleep(Interval);
        }

        return true;
    }
}
