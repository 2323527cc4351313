using Agent.Tcp.Totals;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>The kernel's counters of this process's namespace: <c>snmp</c> and <c>netstat</c>.</summary>
internal sealed class CounterReading
{
    private readonly TcpNamespace _space = new("/proc", "self", NamespaceKind.Host, 0);
    private readonly CounterReader _reader = new();
    private readonly NamespaceCounters _counters = new();
    private readonly List<ReadError> _errors = [];

    public void Read()
    {
        _reader.Read(_space, _counters, _errors);
        if (_errors.Count > 0)
        {
            throw new InvalidOperationException(_errors[0].Message);
        }
    }
}
