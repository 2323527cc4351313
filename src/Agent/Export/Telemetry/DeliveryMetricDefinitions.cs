using System.Collections.Immutable;
using Agent.Export.Spool;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Export.Telemetry;

/// <summary>The metrics of delivery, as the instruments are made and the reference describes them.</summary>
internal static class DeliveryMetricDefinitions
{
    private const string SpoolSetting = "Export:Spool:Path";

    public static TcpMetricDefinition Retries { get; } = new(
        "tcp.agent.export.retries", InstrumentKind.Counter, "{retry}", "Exports sent again, by why the attempt before failed.",
        false, null, new MetricAttribute(TcpMetricNames.ErrorType));

    public static TcpMetricDefinition Rejected { get; } = new(
        "tcp.agent.export.rejected", InstrumentKind.Counter, "{data_point}",
        "Data points that the collector refused for good, or that were given up (it never took them, or there is no spool), by why.",
        false, null, new MetricAttribute(TcpMetricNames.ErrorType));

    public static TcpMetricDefinition SpoolSize { get; } = new(
        "tcp.agent.spool.size", InstrumentKind.UpDownCounter, "By", "Bytes of exports kept until they can be delivered.", false, SpoolSetting);

    public static TcpMetricDefinition SpoolItems { get; } = new(
        "tcp.agent.spool.items", InstrumentKind.UpDownCounter, "{item}", "Exports kept until they can be delivered.", false, SpoolSetting);

    public static TcpMetricDefinition SpoolDropped { get; } = new(
        "tcp.agent.spool.dropped", InstrumentKind.Counter, "{item}", "Kept exports dropped undelivered, by why.", false, SpoolSetting,
        new MetricAttribute(TcpMetricNames.ErrorType, [.. Enum.GetValues<SpoolDrop>().Select(DeliveryTallies.NameOf)]));

    public static TcpMetricDefinition SpoolErrors { get; } = new(
        "tcp.agent.spool.errors", InstrumentKind.Counter, "{error}",
        "What could not be done on the spool's disk, by why. Exports go on, and are held in memory meanwhile.", false, SpoolSetting,
        new MetricAttribute(TcpMetricNames.ErrorType, [.. DiskFault.Types]));

    public static ImmutableArray<TcpMetricDefinition> All { get; } = [Retries, Rejected, SpoolSize, SpoolItems, SpoolDropped, SpoolErrors];
}
