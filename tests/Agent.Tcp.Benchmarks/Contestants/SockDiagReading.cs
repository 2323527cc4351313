using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>Our sock_diag source on this process's namespace: a whole snapshot, which never falls back to procfs.</summary>
internal sealed class SockDiagReading : IDisposable
{
    private readonly SnapshotReader _reader = new(new TcpInstrumentationOptions { Source = TcpSource.SockDiag });

    public void Read() => _ = Snapshot();

    public long Count() => Snapshot().Namespaces[0].Counts.Total;

    public void Dispose() => _reader.Dispose();

    private TcpSnapshot Snapshot()
    {
        TcpSnapshot snapshot = _reader.Read();
        return snapshot.Errors is [] ? snapshot : throw new InvalidOperationException(snapshot.Errors[0].Message);
    }
}
