using System.Diagnostics.Metrics;
using Agent.Export.Spool;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Export.Telemetry;

/// <summary>What delivery says of itself, in the meter of all the agent's metrics.</summary>
internal sealed class DeliveryMeter : IDisposable
{
    private readonly Meter _meter = TcpMeters.Create();

    /// <summary>Makes the instruments.</summary>
    /// <param name="tallies">What is counted.</param>
    /// <param name="spool">The spool, where there is one: without it nothing is said of it.</param>
    public DeliveryMeter(DeliveryTallies tallies, PayloadSpool? spool)
    {
        TcpMeters.Observe(_meter, DeliveryMetricDefinitions.Retries, tallies.Retries.Observe);
        TcpMeters.Observe(_meter, DeliveryMetricDefinitions.Rejected, tallies.Rejected.Observe);
        if (spool is not null)
        {
            Observe(DeliveryMetricDefinitions.SpoolSize, () => spool.Bytes);
            Observe(DeliveryMetricDefinitions.SpoolItems, () => spool.Items);
            TcpMeters.Observe(_meter, DeliveryMetricDefinitions.SpoolDropped, tallies.Dropped.Observe);
            TcpMeters.Observe(_meter, DeliveryMetricDefinitions.SpoolErrors, tallies.SpoolErrors.Observe);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Observe(TcpMetricDefinition definition, Func<long> observe) =>
        _meter.CreateObservableUpDownCounter(definition.Name, observe, definition.Unit, definition.Description);
}
