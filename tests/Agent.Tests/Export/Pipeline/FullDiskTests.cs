using System.IO.Compression;
using System.Net;
using Agent.Export.Protobuf;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Tests.Export.Spool;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Pipeline;

/// <summary>Whatever the disk does, exports go on, and what the collector does not take is delivered afterwards.</summary>
public sealed class FullDiskTests
{
    private const int KibibytesTried = 64;

    /// <summary>What ext4 may have taken for its own notes meanwhile; a payload is far more.</summary>
    private const int MetadataBytes = 4096;

    /// <summary>A payload of some 20 KiB, so that it fits at some sizes and is torn at others.</summary>
    private const int Points = 1000;

    [Theory]
    [InlineData("tmpfs", OtlpExportProtocol.Grpc, false)]
    [InlineData("tmpfs", OtlpExportProtocol.Grpc, true)]
    [InlineData("tmpfs", OtlpExportProtocol.HttpProtobuf, false)]
    [InlineData("tmpfs", OtlpExportProtocol.HttpProtobuf, true)]
    [InlineData("ext4", OtlpExportProtocol.Grpc, false)]
    [InlineData("ext4", OtlpExportProtocol.Grpc, true)]
    [InlineData("ext4", OtlpExportProtocol.HttpProtobuf, false)]
    [InlineData("ext4", OtlpExportProtocol.HttpProtobuf, true)]
    public async Task Send_EveryFreeSize_IsDeliveredAndGivesTheSpaceBack(string disk, OtlpExportProtocol protocol, bool gzip)
    {
        using SmallDisk small = SmallDisk.Mount(disk);
        for (int free = 0; free <= KibibytesTried; free++)
        {
            small.LeaveFree(free * 1024);
            await AssertGoesOnAsync(small, protocol, gzip, $"{free} KiB free");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Send_InodesExhausted_IsDelivered(int inodes)
    {
        using SmallDisk small = SmallDisk.Mount("tmpfs", $"size=256k,nr_inodes={inodes}");

        await AssertGoesOnAsync(small, OtlpExportProtocol.HttpProtobuf, gzip: false, $"{inodes} inodes");
    }

    private static async Task AssertGoesOnAsync(SmallDisk disk, OtlpExportProtocol protocol, bool gzip, string state)
    {
        long before = disk.Free;
        using var bench = new DeliveryBench(withSpool: true, disk.Spool);
        bench.Settings.Retry.MaxRetries = 0;
        using HttpClient client = bench.Client();
        (await SendAsync(client, protocol, gzip)).ShouldBe(HttpStatusCode.OK, state);
        bench.Attempts.ShouldBe(1, state);
        bench.Status.Last.ShouldBe(ExportOutcome.Delivered, state);
        Payloads(disk).ShouldBeEmpty(state);

        bench.Answer = (_, _) => throw new HttpRequestException("no");
        await SendAsync(client, protocol, gzip);
        await SendAsync(client, protocol, gzip);

        bool isOnDisk = Payloads(disk).Length == 2;
        bench.Status.Last.ShouldBe(isOnDisk ? ExportOutcome.Kept : ExportOutcome.KeptInMemory, state);
        (bench.Status.SpoolFault is null).ShouldBe(isOnDisk, state);
        SpoolBench.Drain(bench.Spool!).ShouldBe([Points, Points], state);
        bench.SpoolBench.Log.All.Length.ShouldBe(isOnDisk ? 0 : 1, state + string.Join('\n', bench.SpoolBench.Log.All));
        if (!isOnDisk)
        {
            bench.SpoolBench.Log.All[0].ShouldContain("cannot be used: No space left on device. Exports go on", Case.Sensitive, state);
            bench.SpoolBench.Tallies.SpoolErrors["no_space"].ShouldBeGreaterThan(0, state);
        }

        Payloads(disk).ShouldBeEmpty(state);
        bench.Spool!.Dispose();
        if (Directory.Exists(disk.Spool))
        {
            Directory.Delete(disk.Spool, recursive: true);
        }

        // The kernel adds up what its processors freed a moment later.
        SpinWait.SpinUntil(() => disk.Free > before - MetadataBytes, TimeSpan.FromSeconds(10)).ShouldBeTrue(state);
    }

    private static byte[] Gzip(byte[] message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.NoCompression))
        {
            gzip.Write(message);
        }

        return compressed.ToArray();
    }

    private static string[] Payloads(SmallDisk disk) => !Directory.Exists(disk.Spool) ? []
        : [.. Directory.GetFiles(disk.Spool).Where(file => Path.GetFileName(file) != "lock")];

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, OtlpExportProtocol protocol, bool gzip)
    {
        byte[] message = gzip ? Gzip(Messages.Export(Points)) : Messages.Export(Points);
        using HttpRequestMessage request = new OtlpRequest(
            new OtlpSettings { Endpoint = new Uri("http://c:1"), Protocol = protocol }, "test/1").Create(new OtlpPayload(message, gzip));
        using HttpResponseMessage response = protocol == OtlpExportProtocol.Grpc ? await client.SendAsync(request) : client.Send(request);
        return response.StatusCode;
    }
}
