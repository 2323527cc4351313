using Agent.Tcp;
using Agent.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Export;

/// <summary>Prints each collection as a table: what an operator sees before there is a collector.</summary>
internal sealed class ConsoleTableExporter(TextWriter output, Style style, TimeProvider time) : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        try
        {
            output.Write(MetricTables.Render(batch, time.GetUtcNow(), style));
            output.Flush();
            return ExportResult.Success;
        }
        catch (IOException)
        {
            // The reader of our standard output has gone; the agent goes on.
            return ExportResult.Failure;
        }
    }
}
