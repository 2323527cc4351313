namespace Agent.Tcp.Metrics;

/// <summary>A service of the meter provider: disposes of the instruments when the provider's services are disposed of.</summary>
internal sealed class TcpMetricsOwner : IDisposable
{
    private readonly List<TcpMetrics> _metrics = [];

    public void Add(TcpMetrics metrics) => _metrics.Add(metrics);

    public void Dispose() => _metrics.ForEach(static metrics => metrics.Dispose());
}
