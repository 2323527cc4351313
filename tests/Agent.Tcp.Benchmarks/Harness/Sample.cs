namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>What one run of a contestant took.</summary>
/// <param name="CpuNanoseconds">User and system time together.</param>
/// <param name="AllocatedBytes">On the managed heap, where the contestant runs in this process.</param>
/// <param name="Wall">From start to end, where it is a program.</param>
internal readonly record struct Sample(long CpuNanoseconds, long? AllocatedBytes = null, TimeSpan? Wall = null);
