using System.Net;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Tests.Export.Spool;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Export.Pipeline;

/// <summary>Each operation of the spool on its disk neither succeeds nor fails, for a while.</summary>
public sealed class HangingOperationTests
{
    public static TheoryData<string> Operations => [.. Enum.GetNames<DiskOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Send_AnOperationHangsForAWhile_EveryExportIsDeliveredAndTheSpoolIsUsedAgain(string operation)
    {
        using var release = new ManualResetEventSlim();
        using var bench = new DeliveryBench(withSpool: true, answerLimit: TimeSpan.FromSeconds(0.2));
        bench.Settings.Retry.MaxRetries = 0;
        using HttpClient client = bench.Client();
        bool isHealthy = true, hangs = false;
        bench.Answer = (_, _) => isHealthy ? DeliveryBench.Says(200) : throw new HttpRequestException("no");
        bench.SpoolBench.BeforeOperation = hanging =>
        {
            if ($"{hanging}" == operation)
            {
                hangs = true;
                release.Wait();
            }
        };
        if (operation is nameof(DiskOperation.MakeDirectory) or nameof(DiskOperation.TakeLock) or nameof(DiskOperation.List))
        {
            // These come about only when the directory is to be opened anew.
            File.Delete(Path.Combine(bench.SpoolBench.Settings.Path, "lock"));
        }

        await SendAsync(client, 1);
        bench.Status.Last.ShouldBe(ExportOutcome.Delivered);
        isHealthy = false;
        await SendAsync(client, 2);
        await SendAsync(client, 3);
        bench.Status.Last.ShouldBeOneOf(ExportOutcome.Kept, ExportOutcome.KeptInMemory);
        if (bench.Spool!.Take() is { } kept)
        {
            bench.Spool.Return(kept.Item);
            kept.Payload.Dispose();
        }

        bench.Spool.Items.ShouldBe(2);
        bench.SpoolBench.Log.All.Length.ShouldBe(hangs ? 1 : 0, string.Join('\n', bench.SpoolBench.Log.All));
        (bench.SpoolBench.Tallies.SpoolErrors["timeout"] > 0).ShouldBe(hangs);
        bench.Status.SpoolFault.ShouldBe(hangs ? "it did not answer within 0.2 s" : null);

        release.Set();
        int last = 3;
        await Deadline.UntilAsync<object>(
            async () =>
            {
                await SendAsync(client, ++last);
                return bench.Status.SpoolFault is null ? bench : null;
            },
            () => string.Join('\n', bench.SpoolBench.Log.All));
        bench.Status.Last.ShouldBe(ExportOutcome.Kept);
        bench.SpoolBench.Log.All.Length.ShouldBe(hangs ? 2 : 0, "it is said that it is over");
        long[] drained = [];
        await Deadline.UntilAsync(() => (drained = [.. drained, .. SpoolBench.Drain(bench.Spool)]).Length >= last - 1);
        drained.ShouldBe(Enumerable.Range(2, last - 1).Select(points => (long)points));
        bench.SpoolBench.Files.ShouldBe(["lock"]);
    }

    /// <summary>A large spool on a slow disk takes longer to list than a start may wait: it is taken in when it has been listed.</summary>
    [Fact]
    public async Task Open_TheListComesTooLate_TakesItInWithTheNextExport()
    {
        using var bench = new SpoolBench { AnswerLimit = TimeSpan.FromSeconds(0.2) };
        using (PayloadSpool earlier = bench.Open())
        {
            await bench.KeepAsync(earlier, 1, 2);
        }

        using var release = new ManualResetEventSlim();
        int listed = 0;
        bench.BeforeOperation = operation =>
        {
            if (operation == DiskOperation.List)
            {
                listed++;
                release.Wait();
            }
        };
        using PayloadSpool spool = bench.Open();
        spool.Items.ShouldBe(0);
        release.Set();
        int points = 2;
        await Deadline.UntilAsync<object>(
            async () =>
            {
                await bench.KeepAsync(spool, ++points);
                return bench.Status.SpoolFault is null ? spool : null;
            },
            () => string.Join('\n', bench.Log.All));

        listed.ShouldBe(1);
        long[] drained = [];
        await Deadline.UntilAsync(() => (drained = [.. drained, .. SpoolBench.Drain(spool)]).Length >= points);
        drained.ShouldBe(Enumerable.Range(1, points).Select(count => (long)count));
    }

    /// <summary>A file written between the list and its being taken in is not in the list, and would count as deleted.</summary>
    [Fact]
    public async Task Admit_TheListComesJustBeforeTheWrite_KeepsTheExport()
    {
        using var bench = new SpoolBench { AnswerLimit = TimeSpan.FromSeconds(0.2) };
        using var release = new ManualResetEventSlim();
        bench.BeforeOperation = operation => _ = operation == DiskOperation.List && release.Wait(Deadline.Generous);
        using PayloadSpool spool = bench.Open();
        bench.Status.SpoolFault.ShouldNotBeNull();
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://c:1") { Content = new ReleasingContent(7, release) };

        await spool.KeepAsync(await spool.AdmitAsync(request), request);
        await bench.KeepAsync(spool, 8);

        SpoolBench.Drain(spool).ShouldBe([7, 8]);
        bench.Tallies.Dropped["disk"].ShouldBe(0);
    }

    /// <summary>While the disk does not answer, the age of a payload of an earlier run is not known: it may be fresh.</summary>
    [Fact]
    public async Task Take_TheDiskHangsAndTheClockStepped_DropsNothing()
    {
        using var bench = new SpoolBench { AnswerLimit = TimeSpan.FromSeconds(0.2) };
        using (PayloadSpool earlier = bench.Open())
        {
            await bench.KeepAsync(earlier, 1);
        }

        bench.Time.Step(TimeSpan.FromDays(3650));
        using var release = new ManualResetEventSlim();
        bench.BeforeOperation = operation => _ = operation == DiskOperation.Read && release.Wait(Deadline.Generous);
        using PayloadSpool spool = bench.Open();
        spool.Items.ShouldBe(1);
        bench.Tallies.Dropped["age"].ShouldBe(0);

        release.Set();
        await Deadline.UntilAsync(() => SpoolBench.Drain(spool) is [1]);
    }

    /// <summary>While it is copied, the disk answers.</summary>
    private sealed class ReleasingContent : HttpContent
    {
        private readonly byte[] _message;
        private readonly ManualResetEventSlim _release;

        public ReleasingContent(int points, ManualResetEventSlim release)
        {
            (_message, _release) = (Messages.Export(points), release);
            Headers.ContentLength = _message.Length;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _release.Set();
            await Task.Delay(100);
            await stream.WriteAsync(_message);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _message.Length;
            return true;
        }
    }

    private static async Task SendAsync(HttpClient client, int points)
    {
        using HttpRequestMessage request = SpoolBench.Request(points);
        using HttpResponseMessage response = await client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
