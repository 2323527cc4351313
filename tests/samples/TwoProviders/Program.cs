// Two meter providers in one process, each with a reader of its own; one ends while the other goes on. Both have the same
// options: a provider takes meters by their name, and so reports what either of them reads.
using OpenTelemetry;
using OpenTelemetry.Metrics;

List<Metric> one = [], other = [];
MeterProvider first = Provider(one);
using MeterProvider second = Provider(other);

Collect("together");
first.Dispose();
Collect("after the first has ended");

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
