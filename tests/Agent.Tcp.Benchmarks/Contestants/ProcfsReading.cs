using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>Our procfs source on both tables of a process's namespace.</summary>
internal sealed class ProcfsReading(string process)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly TcpNamespace _space = new("/proc", process, NamespaceKind.Host, 0);
    private readonly ProcfsSource _source = new(new ProcNetTcpReader(TimeProvider.System, Timeout));
    private readonly NamespaceSnapshot _snapshot = new();
    private readonly List<ReadError> _errors = [];

    public void Read()
    {
        _snapshot.Begin(_space, TcpSourceKind.Procfs);
        _source.Read(_space, _snapshot, _errors);
        if (_errors.Count > 0)
        {
            throw new InvalidOperationException(_errors[0].Message);
        }
    }

    public long Count()
    {
        Read();
        return _snapshot.Counts.Total;
    }
}
