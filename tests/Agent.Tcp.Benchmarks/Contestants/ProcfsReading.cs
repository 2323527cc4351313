using Agent.Tcp.Procfs;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>Our procfs source on both tables of a process's namespace.</summary>
internal sealed class ProcfsReading(string process)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly TcpNamespace _space = new("/proc", process, NamespaceKind.Host, 0);
    private readonly ProcfsSource _source = new(new ProcNetTcpReader(TimeProvider.System, Timeout));
    private readonly Reading _reading = new();

    public void Read()
    {
        _source.Read(_space, default, _reading);
        if (_reading.Errors.Count > 0)
        {
            throw new InvalidOperationException(_reading.Errors[0].Message);
        }
    }

    public long Count()
    {
        Read();
        return _reading.Counts.Total;
    }
}
