using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Agent.Export.Disk;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Export;

/// <summary>What delivery says of itself, in the meter of all the agent's metrics.</summary>
internal sealed class DeliveryMeter : IDisposable
{
    private readonly Meter _meter = TcpMeters.Create();

    /// <summary>Makes the instruments; none of the spool where there is none.</summary>
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

/// <summary>The metrics of delivery, as the instruments are made and the reference describes them.</summary>
internal static class DeliveryMetricDefinitions
{
    private const string SpoolSetting = "Export:Spool:Path";

    public static TcpMetricDefinition Retries { get; } = new(
        "tcp.agent.export.retries", InstrumentKind.Counter, "{retry}", "Repeated export attempts, by the reason the previous one failed.",
        false, null, new MetricAttribute(TcpMetricNames.ErrorType));

    public static TcpMetricDefinition Rejected { get; } = new(
        "tcp.agent.export.rejected", InstrumentKind.Counter, "{data_point}",
        "Data points dropped because the collector refused them, never accepted them, or could not be reached without a spool, by reason.",
        false, null, new MetricAttribute(TcpMetricNames.ErrorType));

    public static TcpMetricDefinition SpoolSize { get; } = new(
        "tcp.agent.spool.size", InstrumentKind.UpDownCounter, "By", "Bytes of exports kept until they can be delivered.", false, SpoolSetting);

    public static TcpMetricDefinition SpoolItems { get; } = new(
        "tcp.agent.spool.items", InstrumentKind.UpDownCounter, "{item}", "Exports kept until they can be delivered.", false, SpoolSetting);

    public static TcpMetricDefinition SpoolDropped { get; } = new(
        "tcp.agent.spool.dropped", InstrumentKind.Counter, "{item}", "Kept exports dropped before they were delivered, by reason.", false, SpoolSetting,
        new MetricAttribute(TcpMetricNames.ErrorType, [.. Enum.GetValues<SpoolDrop>().Select(DeliveryTallies.NameOf)]));

    public static TcpMetricDefinition SpoolErrors { get; } = new(
        "tcp.agent.spool.errors", InstrumentKind.Counter, "{error}",
        "Failed operations on the spool's disk, by reason. Exports go on, and are kept in memory meanwhile.", false, SpoolSetting,
        new MetricAttribute(TcpMetricNames.ErrorType, [.. DiskFault.Types]));

    public static ImmutableArray<TcpMetricDefinition> All { get; } = [Retries, Rejected, SpoolSize, SpoolItems, SpoolDropped, SpoolErrors];
}
