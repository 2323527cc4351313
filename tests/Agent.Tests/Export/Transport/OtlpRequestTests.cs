using System.IO.Compression;
using Agent.Export.Protobuf;
using Agent.Export.Transport;
using Agent.Tests.Support.Otlp;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

/// <summary>What is made of a kept payload, and what is taken out of a request, are inverse; a real server reads the former.</summary>
public sealed class OtlpRequestTests
{
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc, false)]
    [InlineData(OtlpExportProtocol.Grpc, true)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, false)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, true)]
    public async Task Create_APayload_ArrivesWholeWithItsHeaders(OtlpExportProtocol protocol, bool gzip)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        var settings = new OtlpSettings
        {
            Endpoint = protocol == OtlpExportProtocol.Grpc ? receiver.GrpcEndpoint : new Uri(receiver.HttpEndpoint, "v1/metrics"),
            Protocol = protocol,
            Headers = [("x-tenant", "ops")],
        };
        using var transport = new CollectorTransport(settings, headersFile: null, NullLogger.Instance);
        using HttpRequestMessage request = new OtlpRequest(settings, "test/1").Create(Payload(5, gzip));

        using HttpResponseMessage response = await transport.SendAsync(request, CancellationToken.None);

        ReceivedExport export = receiver.Exports.ShouldHaveSingleItem();
        export.Message.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Gauge.DataPoints.Count.ShouldBe(5);
        export.Headers["x-tenant"].ShouldBe("ops");
        export.Headers["user-agent"].ShouldBe("test/1");
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc, false)]
    [InlineData(OtlpExportProtocol.Grpc, true)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, false)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, true)]
    public async Task Read_ARequest_GivesTheBareMessage(OtlpExportProtocol protocol, bool gzip)
    {
        OtlpPayload payload = Payload(7, gzip);
        var settings = new OtlpSettings { Endpoint = new Uri("http://c:1"), Protocol = protocol };
        using HttpRequestMessage request = new OtlpRequest(settings, "test/1").Create(payload);

        OtlpPayload read = await OtlpPayload.ReadAsync(request);

        read.Message.ToArray().ShouldBe(payload.Message.ToArray());
        read.IsGzip.ShouldBe(gzip);
        read.CountPoints().ShouldBe(7);
    }

    [Fact]
    public void CountPoints_WhatIsNoGzip_IsNone() =>
        new OtlpPayload(Messages.Export(3), IsGzip: true).CountPoints().ShouldBe(0);

    private static OtlpPayload Payload(int points, bool gzip)
    {
        byte[] message = Messages.Export(points);
        if (!gzip)
        {
            return new OtlpPayload(message, IsGzip: false);
        }

        using var stream = new MemoryStream();
        using (var compressed = new GZipStream(stream, CompressionMode.Compress))
        {
            compressed.Write(message);
        }

        return new OtlpPayload(stream.ToArray(), IsGzip: true);
    }
}
