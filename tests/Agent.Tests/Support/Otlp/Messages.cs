using System.IO.Compression;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>Messages of OTLP and gRPC, by Google's own encoder.</summary>
internal static class Messages
{
    /// <summary>An export of gauges with that many points in all.</summary>
    public static byte[] Export(int points)
    {
        var gauge = new Gauge();
        for (int index = 0; index < points; index++)
        {
            gauge.DataPoints.Add(new NumberDataPoint { AsInt = index, TimeUnixNano = 1_000_000UL * (ulong)index });
        }

        var scope = new ScopeMetrics { Metrics = { new Metric { Name = "m", Gauge = gauge } } };
        return new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { scope } } } }.ToByteArray();
    }

    public static byte[] Gzip(byte[] message, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, level))
        {
            gzip.Write(message);
        }

        return compressed.ToArray();
    }

    /// <summary>A <c>google.rpc.Status</c> with a <c>RetryInfo</c> among its details, or without.</summary>
    public static byte[] RpcStatus(string message, double? retrySeconds)
    {
        byte[] details = retrySeconds is { } seconds ? Write(output =>
        {
            Field(output, 1, "type.googleapis.com/google.rpc.RetryInfo"u8.ToArray());
            Field(output, 2, Write(info => Field(info, 1, Duration(seconds))));
        }) : [];
        return Write(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32(14);
            Field(output, 2, System.Text.Encoding.UTF8.GetBytes(message));
            if (details.Length > 0)
            {
                Field(output, 3, Write(other => Field(other, 1, "type.googleapis.com/google.rpc.DebugInfo"u8.ToArray())));
                Field(output, 3, details);
            }
        });
    }

    private static byte[] Duration(double seconds) => Write(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Varint);
        output.WriteInt64((long)seconds);
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt32((int)((seconds - Math.Truncate(seconds)) * 1e9));
    });

    private static void Field(CodedOutputStream output, int number, byte[] bytes)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
