using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// Our sock_diag source on this process's namespace: a whole snapshot of the connections alone, which never falls back to
/// procfs.
/// </summary>
internal sealed class SockDiagReading : IDisposable
{
    private readonly SnapshotReader _reader;

    public SockDiagReading(TcpCounting counting)
    {
        var options = new TcpInstrumentationOptions { Source = TcpSource.SockDiag, Counting = counting };
        options.Metrics.TurnOff();
        _reader = new SnapshotReader(options);
    }

    public void Read() => _ = Snapshot();

    public long Count() => Snapshot().Namespaces[0].Reading.Counts.Total;

    public void Dispose() => _reader.Dispose();

    private TcpSnapshot Snapshot()
    {
        TcpSnapshot snapshot = _reader.Read();
        return snapshot.Errors is [] ? snapshot : throw new InvalidOperationException(snapshot.Errors[0].Message);
    }
}
