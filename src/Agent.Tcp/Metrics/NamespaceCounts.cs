using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary><c>tcp.agent.namespaces</c>: how many namespaces are of each status, also when 0.</summary>
internal sealed class NamespaceCounts
{
    private readonly Point<long>[] _points =
    [
        .. Enum.GetValues<NamespaceStatus>().Select(status =>
            new Point<long>([new(TcpMetricNames.NamespaceStatus, status.MetricValue())])),
    ];

    public void Report(TcpSnapshot snapshot, MeasurementBuffer<long> into)
    {
        for (int status = 0; status < _points.Length; status++)
        {
            into.Add(_points[status].With(snapshot.Count((NamespaceStatus)status)));
        }
    }
}
