using System.Diagnostics.Metrics;
using Agent.Export.Spool;
using Agent.Tcp.Metrics;

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
        _meter.CreateObservableCounter("tcp.agent.export.retries", tallies.Retries.Observe, "{retry}",
            "Exports sent again, by why the attempt before failed.");
        _meter.CreateObservableCounter("tcp.agent.export.rejected", tallies.Rejected.Observe, "{data_point}",
            "Data points that the collector refused for good, or that were given up for want of a spool, by why.");
        if (spool is null)
        {
            return;
        }

        _meter.CreateObservableUpDownCounter("tcp.agent.spool.size", () => spool.Bytes, "By",
            "Bytes of payloads kept until they can be delivered.");
        _meter.CreateObservableUpDownCounter("tcp.agent.spool.items", () => spool.Items, "{item}",
            "Payloads kept until they can be delivered.");
        _meter.CreateObservableCounter("tcp.agent.spool.dropped", tallies.Dropped.Observe, "{item}",
            "Kept payloads dropped undelivered, by why.");
    }

    public void Dispose() => _meter.Dispose();
}
