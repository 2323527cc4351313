using System.Globalization;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Short connections at a bounded rate: each is opened, accepted and closed by the client, then by the server, and
/// leaves one socket in TIME_WAIT. Ends by itself.
/// </summary>
/// <remarks>
/// IPv4 over AF_INET6 sockets: in the same table as <see cref="StableSockets"/>, but of another kind, so that the counts
/// of the two are never mixed up.
/// </remarks>
internal sealed class Churn : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Thread[] _threads;
    private readonly ChurnWorker[] _workers;
    private readonly long _start = TimeProvider.System.GetTimestamp();

    private Churn(TestNamespace space, int perSecond, TimeSpan duration, int threads)
    {
        _stop = new CancellationTokenSource(duration);
        _workers = [.. Enumerable.Range(0, threads).Select(index => new ChurnWorker(index, (double)perSecond / threads))];
        _threads = [.. _workers.Select(worker => space.Start(() => worker.Run(_stop.Token)))];
    }

    /// <summary>Connections opened and closed so far.</summary>
    public long Connections => _workers.Sum(worker => worker.Connections);

    public bool IsRunning => _threads.Any(thread => thread.IsAlive);

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>Begins at once.</summary>
    /// <param name="space">Where the sockets stand.</param>
    /// <param name="perSecond">The rate that is aimed at; never exceeded over any longer time.</param>
    /// <param name="duration">After which it stops by itself.</param>
    /// <param name="threads">One reaches some ten thousand connections a second.</param>
    public static Churn Start(TestNamespace space, int perSecond, TimeSpan duration, int threads)
    {
        // Past the limit, connections would vanish instead of going into TIME_WAIT. The file is the namespace's own.
        int timeWaits = (int)Math.Min(int.MaxValue, (perSecond * duration.TotalSeconds * 1.5) + 10_000);
        space.Run(() => File.WriteAllText(
            "/proc/sys/net/ipv4/tcp_max_tw_buckets", timeWaits.ToString(CultureInfo.InvariantCulture)));
        return new Churn(space, perSecond, duration, threads);
    }

    /// <summary>Waits for the end; throws what connections failed with.</summary>
    public void Join()
    {
        Wait();
        if (_workers.Select(worker => worker.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            throw new IOException("The churn ended early.", failure);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Wait();
        _stop.Dispose();
    }

    private void Wait()
    {
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }
}
