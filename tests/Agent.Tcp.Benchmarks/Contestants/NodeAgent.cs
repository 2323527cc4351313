using System.Text;
using Agent.Export.Protobuf;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>The published agent beside others that collect at the same time, and what it says of its own collections.</summary>
internal sealed class NodeAgent : IDisposable
{
    private readonly OtlpSink _sink;
    private readonly Child _child;
    private (long Exports, long Cpu) _begun;

    /// <summary>Starts it.</summary>
    /// <param name="path">The agent's executable.</param>
    /// <param name="namespaces">Its setting <c>Tcp:Namespaces</c>.</param>
    /// <param name="port">Of its collector.</param>
    /// <param name="intervalMilliseconds">From one export to the next.</param>
    /// <param name="cpuBudget">Its setting <c>Tcp:CpuBudget</c>.</param>
    public NodeAgent(string path, string namespaces, int port, int intervalMilliseconds, double cpuBudget)
    {
        _sink = new OtlpSink(port);
        _child = PublishedAgent.Start(path, intervalMilliseconds, _sink, namespaces: namespaces, cpuBudget: cpuBudget);
    }

    /// <summary>How many namespaces were read in each collection since <see cref="Begin"/>.</summary>
    public List<double> Read { get; } = [];

    /// <summary>How old the oldest counts were, in seconds.</summary>
    public List<double> Age { get; } = [];

    /// <summary>Measures from here, after this many exports.</summary>
    public void Begin(int exports)
    {
        _sink.WaitFor(exports);
        _begun = AfterExport();
        Read.Clear();
        Age.Clear();
    }

    /// <summary>Waits for as many more.</summary>
    /// <returns>CPU time of its process for each, in milliseconds.</returns>
    public double End(int exports)
    {
        (long Exports, long Cpu) ended = _begun;
        while (ended.Exports < _begun.Exports + exports)
        {
            ended = AfterExport();
        }

        return (ended.Cpu - _begun.Cpu) / 1e6 / (ended.Exports - _begun.Exports);
    }

    public void Dispose()
    {
        _child.Dispose();
        _sink.Dispose();
    }

    private (long Exports, long Cpu) AfterExport()
    {
        _sink.WaitFor(_sink.Exports + 1);
        long cpu = CpuClock.OfProcessAtRest(_child.Id);
        byte[] body = _sink.Last!.Body;
        Read.Add(Point(body, "tcp.agent.namespaces", "read"));
        Age.Add(Point(body, "tcp.agent.snapshot.age"));
        return (_sink.Exports, cpu);
    }

    /// <summary>The value of a metric's point, of the one with this attribute where there are several (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
    private static double Point(byte[] body, string name, string? attribute = null)
    {
        double? found = null;
        Each(body, 1, resource => Each(resource, 2, scope => Each(scope, 2, metric =>
        {
            bool isIt = false;
            Each(metric, 1, text => isIt = string.Equals(Encoding.UTF8.GetString(text.Span), name, StringComparison.Ordinal));
            Action<ReadOnlyMemory<byte>> points = data => Each(data, 1, point =>
            {
                if (isIt && (attribute is null || point.Span.IndexOf(Encoding.UTF8.GetBytes(attribute)) >= 0))
                {
                    found = Value(point.Span);
                }
            });
            Each(metric, 5, points);
            Each(metric, 7, points);
        })));
        return found ?? throw new IOException($"The agent's export has no {name}.");
    }

    private static double Value(ReadOnlySpan<byte> point)
    {
        const int asDouble = 4;
        const int asInt = 6;
        var reader = new ProtobufReader(point);
        while (reader.Next())
        {
            if (reader.Field is asDouble or asInt)
            {
                return reader.Field == asDouble ? BitConverter.UInt64BitsToDouble(reader.Number) : reader.Number;
            }
        }

        return 0;
    }

    private static void Each(ReadOnlyMemory<byte> message, int field, Action<ReadOnlyMemory<byte>> action)
    {
        var reader = new ProtobufReader(message.Span);
        while (reader.Next())
        {
            if (reader.Field == field && reader.HasBytes)
            {
                action(reader.Bytes.ToArray());
            }
        }
    }
}
