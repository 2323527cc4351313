using Agent.Text;

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

/// <summary>Whether the last table could be printed. Safe for concurrent use.</summary>
internal sealed class ConsoleTable
{
    private volatile OutputException? _fault;

    /// <summary>Why the last table could not be printed; null when it was.</summary>
    public OutputException? Fault => _fault;

    /// <summary>Called for the first table that cannot be printed, and for the first after one that could.</summary>
    public Action<OutputException>? Broken { get; set; }

    public void Printed() => _fault = null;

    public void Failed(OutputException fault)
    {
        bool isNew = _fault is null;
        _fault = fault;
        if (isNew)
        {
            Broken?.Invoke(fault);
        }
    }
}
