// Two meter providers in one process, each with a reader of its own; one ends while the other goes on. They share one reading of
// the kernel's tables, by the options of the first.
using OpenTelemetry;
using OpenTelemetry.Metrics;

List<Metric> one = [], other = [];
MeterProvider first = Provider(one);
using MeterProvider second = Provider(other);

Collect("together");
first.Dispose();
for (int collection = 1; collection <= 3; collection++)
{
    Collect("after the first has ended");
}

void Collect(string when)
{
    one.Clear();
    other.Clear();
    first.ForceFlush();
    second.ForceFlush();
    Console.WriteLine($"{when}: {Sockets(one)} and {Sockets(other)}");
}

static MeterProvider Provider(List<Metric> exported) => Sdk.CreateMeterProviderBuilder()
    .AddTcpInstrumentation()
    .AddInMemoryExporter(exported)
    .Build();

static string Sockets(List<Metric> exported)
{
    long listening = 0;
    foreach (Metric metric in exported.Where(metric => metric.Name == "tcp.connections"))
    {
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                listening += tag is { Key: "network.connection.state", Value: "listen" } ? point.GetSumLong() : 0;
            }
        }
    }

    return exported.Count == 0 ? "nothing" : $"{listening} listening";
}
