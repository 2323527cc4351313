using System.Net;
using Agent.Export.Disk;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Tests.Export.Spool;

namespace Agent.Tests.Export.Pipeline;

/// <summary>Each operation of the spool on its disk fails in each way, for a while.</summary>
public sealed class FailingOperationTests
{
    private static readonly Dictionary<string, Func<Exception>> Faults = new(StringComparer.Ordinal)
    {
        ["EIO"] = () => new IOException("Input/output error : '/spool/x'", 5),
        ["EROFS"] = () => new IOException("Read-only file system : '/spool/x'", 30),
        ["EDQUOT"] = () => new IOException("Disk quota exceeded : '/spool/x'", 122),
        ["EACCES"] = () => new UnauthorizedAccessException("Access to the path '/spool/x' is denied.", new IOException("Permission denied", 13)),
        ["ENOSPC, wrapped as by HttpContent"] = () => new HttpRequestException("Error while copying content to a stream.", new IOException("No space left on device", 28)),
        ["what nobody thought of"] = () => new InvalidOperationException("so what"),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (DiskOperation operation in Enum.GetValues<DiskOperation>())
            {
                foreach (string fault in Faults.Keys)
                {
                    cases.Add(operation.ToString(), fault);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Send_AnOperationFailsForAWhile_EveryExportIsDeliveredOnceItIsOver(string operation, string fault)
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Settings.Retry.MaxRetries = 0;
        using HttpClient client = bench.Client();
        bool isHealthy = true;
        bench.Answer = (_, _) => isHealthy ? DeliveryBench.Says(200) : throw new HttpRequestException("no");
        bench.SpoolBench.BeforeOperation = failing => _ = $"{failing}" == operation ? throw Faults[fault]() : 0;
        if (operation is nameof(DiskOperation.MakeDirectory) or nameof(DiskOperation.TakeLock) or nameof(DiskOperation.List))
        {
            // These come about only when the directory is to be opened anew.
            File.Delete(Path.Combine(bench.SpoolBench.Settings.Path, "lock"));
        }

        await SendAsync(client, 1, 1);
        bench.Status.Last.ShouldBe(ExportOutcome.Delivered);
        isHealthy = false;
        await SendAsync(client, 2, 3, 4);
        bench.Status.Last.ShouldBeOneOf(ExportOutcome.Kept, ExportOutcome.KeptInMemory);
        bench.Spool!.Items.ShouldBe(3);
        int whileFailing = bench.SpoolBench.Log.All.Length;
        whileFailing.ShouldBeLessThanOrEqualTo(1, string.Join('\n', bench.SpoolBench.Log.All));
        (bench.Status.SpoolFault is null).ShouldBe(whileFailing == 0);
        if (bench.Status.SpoolFault is not null)
        {
            DiskFault.Types.Sum(type => bench.SpoolBench.Tallies.SpoolErrors[type]).ShouldBeGreaterThan(0);
            bench.SpoolBench.Log.All[0].ShouldContain(bench.Status.SpoolFault);
        }

        bench.SpoolBench.BeforeOperation = null;
        await SendAsync(client, 5);
        bench.Status.SpoolFault.ShouldBeNull();
        bench.Status.Last.ShouldBe(ExportOutcome.Kept);
        bench.SpoolBench.Log.All.Length.ShouldBe(2 * whileFailing, "it is said that it is over");
        SpoolBench.Drain(bench.Spool).ShouldBe([2, 3, 4, 5]);
        bench.SpoolBench.Files.ShouldBe(["lock"]);
    }

    /// <summary>A directory in which files can be made and never deleted or renamed must not fill with them.</summary>
    [Theory]
    [InlineData("Delete")]
    [InlineData("Rename")]
    public async Task Send_NothingCanBeDeleted_LeavesOneFileAtMost(string first)
    {
        using var bench = new DeliveryBench(withSpool: true);
        using HttpClient client = bench.Client();
        bench.SpoolBench.BeforeOperation = operation =>
            _ = operation == DiskOperation.Delete || $"{operation}" == first ? throw Faults["EACCES"]() : 0;

        await SendAsync(client, 1, 2, 3, 4, 5);

        bench.SpoolBench.Files.Length.ShouldBe(2, "the lock and one file");
        bench.Status.Last.ShouldBe(ExportOutcome.Delivered);
    }

    private static async Task SendAsync(HttpClient client, params int[] points)
    {
        foreach (int count in points)
        {
            using HttpRequestMessage request = SpoolBench.Request(count);
            using HttpResponseMessage response = await client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
