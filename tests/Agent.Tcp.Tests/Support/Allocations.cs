namespace Agent.Tcp.Tests.Support;

/// <summary>What this thread allocates.</summary>
internal static class Allocations
{
    /// <summary>The bytes of so many rounds, after others that grow what grows and have the code compiled.</summary>
    public static long InSteadyState(Action round, int warmUps, int rounds)
    {
        Repeat(round, warmUps);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(round, rounds);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat(Action round, int times)
    {
        for (int time = 0; time < times; time++)
        {
            round();
        }
    }
}
