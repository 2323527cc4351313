using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Health;

/// <summary>
/// A periodic reader that tells of each collection. Not an exporter around the exporter: the SDK hands the resource to
/// the one it knows, and there is no handing it on.
/// </summary>
internal sealed class BeatingReader(
    BaseExporter<Metric> exporter,
    int intervalMilliseconds,
    int timeoutMilliseconds,
    CollectionBeat beat) : PeriodicExportingMetricReader(exporter, intervalMilliseconds, timeoutMilliseconds)
{
    protected override bool OnCollect(int timeoutMilliseconds)
    {
        // What it returns is whether the export succeeded; that is another question.
        bool exported = base.OnCollect(timeoutMilliseconds);
        beat.Beat();
        return exported;
    }
}
