using Agent.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Export;

/// <summary>Prints each collection as a table: what an operator sees before there is a collector.</summary>
internal sealed class ConsoleTableExporter(TextWriter output, Style style, TimeProvider time, ConsoleTable table)
    : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        try
        {
            output.Write(MetricTables.Render(batch, time.GetUtcNow(), style));
            output.Flush();
            table.Printed();
            return ExportResult.Success;
        }
        catch (OutputException exception)
        {
            table.Failed(exception);
            return ExportResult.Failure;
        }
    }
}
