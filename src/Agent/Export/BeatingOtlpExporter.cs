using Agent.Export.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Agent.Export;

/// <summary>
/// Tells of a collection before it is sent: a collector that hangs makes no agent unready. A subclass of the exporter and
/// none around it: the SDK hands the resource to the exporter it knows, and there is no handing it on.
/// </summary>
internal sealed class BeatingOtlpExporter(OtlpExporterOptions options, CollectionBeat beat) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics)
    {
        beat.Beat();
        return base.Export(metrics);
    }
}
