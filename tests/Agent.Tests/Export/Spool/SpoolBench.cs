using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Spool;

/// <summary>A spool in a folder of its own, and payloads for it, told apart by how many points they have.</summary>
internal sealed class SpoolBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SpoolBench()
    {
        Settings.Path = _folder.File("spool");
    }

    public SpoolSettings Settings { get; } = new();

    public ManualTime Time { get; } = new();

    public LogLines Log { get; } = new();

    public DeliveryTallies Tallies { get; } = new([], []);

    public string[] Files => [.. Directory.GetFiles(Settings.Path).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public string[] Payloads => [.. Files.Where(name => name.EndsWith(".otlp", StringComparison.Ordinal))];

    public ExportStatus Status { get; } = new();

    /// <summary>Which boot of the machine it is.</summary>
    public uint Boot { get; set; } = 0xABCDEF;

    /// <summary>Called before each operation on the disk.</summary>
    public Action<DiskOperation>? BeforeOperation { get; set; }

    /// <summary>After how long a disk that does not answer is taken for one that fails.</summary>
    public TimeSpan? AnswerLimit { get; set; }

    public PayloadSpool Open()
    {
        var clock = new SpoolClock(Time, Boot);
        var log = new SpoolLog(Settings.Path, Settings.MaxMemoryBytes, Tallies.SpoolErrors, Status, Log.Logger<PayloadSpool>());
        var spool = new PayloadSpool(
            Settings, new SpoolDirectory(Settings.Path, clock, operation => BeforeOperation?.Invoke(operation)), clock, Tallies, log, Time, AnswerLimit);
        spool.Open();
        return spool;
    }

    /// <summary>A file where the directory should be: the disk that fails, for root too.</summary>
    public void BreakDisk() => _folder.Write("spool", "in the way");

    public void MendDisk() => File.Delete(_folder.File("spool"));

    public static HttpRequestMessage Request(int points) => new OtlpRequest(
        new OtlpSettings { Endpoint = new Uri("http://c:1"), Protocol = OtlpExportProtocol.Grpc }, "test/1")
        .Create(new OtlpPayload(Messages.Export(points), IsGzip: false));

    /// <summary>Keeps payloads of so many points, a second apart.</summary>
    public async Task KeepAsync(PayloadSpool spool, params int[] points)
    {
        foreach (int count in points)
        {
            using HttpRequestMessage request = Request(count);
            await spool.KeepAsync(await spool.AdmitAsync(request), request);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Takes out all there is: how many points each has.</summary>
    public static long[] Drain(PayloadSpool spool)
    {
        var points = new List<long>();
        while (spool.Take() is { } kept)
        {
            using OtlpPayload payload = kept.Payload;
            points.Add(payload.CountPoints());
            spool.Remove(kept.Item);
        }

        return [.. points];
    }

    public void Dispose() => _folder.Dispose();
}
