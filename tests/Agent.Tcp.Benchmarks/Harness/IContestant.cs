namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>One way to learn the sockets' states.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>How many sockets it sees: shows that all contestants did the same work. Not timed. Null when it does not count.</summary>
    long? CountSockets();

    /// <summary>Does its work before it is measured, so that none pays for what others did before it.</summary>
    void Prepare() => _ = Run();

    /// <summary>Does its work once.</summary>
    Sample Run();
}
