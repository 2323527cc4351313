using System.Collections.Concurrent;
using System.Globalization;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// Which refusals are tried again and which are dropped, by OTLP's specification ("OTLP/gRPC Response", "OTLP/HTTP
/// Response"). Every other collection's first attempt is refused, each time with another status.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class RetrySetTests
{
    private static readonly int[] RetryableHttp = [429, 502, 503, 504];

    private static readonly StatusCode[] RetryableGrpc =
    [
        StatusCode.Cancelled, StatusCode.DeadlineExceeded, StatusCode.Aborted, StatusCode.OutOfRange, StatusCode.Unavailable,
        StatusCode.DataLoss,
    ];

    [Fact]
    public async Task Export_EachHttpStatus_IsRetriedOrDroppedAsSpecified()
    {
        Refusal[] refusals =
        [
            .. ((int[])[301, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 501, 502, 503, 504, 505, 507]).Select(status =>
                new Refusal(
                    status.ToString(CultureInfo.InvariantCulture),
                    new OtlpAnswer { HttpStatus = status, Message = $"words of {status}" },
                    IsRetryable: RetryableHttp.Contains(status),
                    Words: $": words of {status}.")),
        ];

        await AssertAsync("http/protobuf", refusals);
    }

    [Fact]
    public async Task Export_EachGrpcStatus_IsRetriedOrDroppedAsSpecified()
    {
        Refusal[] refusals =
        [
            .. Enum.GetValues<StatusCode>().Where(status => status != StatusCode.OK).Select(status => new Refusal(
                ((int)status).ToString(CultureInfo.InvariantCulture),
                new OtlpAnswer { GrpcStatus = status, Message = $"words of {(int)status}" },
                IsRetryable: RetryableGrpc.Contains(status),
                Words: $"it answered gRPC status {(int)status}: words of {(int)status}.")),
            new(
                "8 with RetryInfo",
                new OtlpAnswer
                {
                    GrpcStatus = StatusCode.ResourceExhausted,
                    Message = "words of 8 with RetryInfo",
                    RetryInfo = TimeSpan.FromMilliseconds(20),
                },
                IsRetryable: true,
                Words: ""),
        ];

        await AssertAsync("grpc", refusals);
    }

    [Fact]
    public async Task Export_HttpStatusOfAProxyOnGrpc_IsRetriedOrDroppedAsOverHttp()
    {
        Refusal[] refusals =
        [
            .. ((int[])[400, 403, 404, 429, 500, 502, 503, 504]).Select(status => new Refusal(
                status.ToString(CultureInfo.InvariantCulture),
                new OtlpAnswer { HttpStatus = status, IsFromAProxy = true },
                IsRetryable: RetryableHttp.Contains(status),
                Words: $"it answered {status}")),
        ];

        await AssertAsync("grpc", refusals);
    }

    /// <summary>The SDK's exporter would end the agent at the start on a value that it does not know, and on disk without a directory.</summary>
    [Theory]
    [InlineData("grpc", "in_memory")]
    [InlineData("http/protobuf", "disk")]
    [InlineData("http/protobuf", "on")]
    public async Task Export_RetriesOfTheSdkAreSet_AreIgnoredAndSaid(string protocol, string policy)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        run.Answer = _ => new OtlpAnswer { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable };
        await using TestProcess agent = run.StartAgent(
            new("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", policy), new("Export__Retry__MaxRetries", "0"), new("Export__Spool__Path", ""));
        await Deadline.UntilAsync(() => run.Ledger.Seen.Count >= 6);

        run.Ledger.Seen.ShouldAllBe(one => one.Attempts == 1);
        agent.Error.Containing("variable OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY is ignored").ShouldHaveSingleItem();
    }

    private static async Task AssertAsync(string protocol, Refusal[] refusals)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        var script = new ConcurrentQueue<Refusal?>(refusals.SelectMany(refusal => (Refusal?[])[null, refusal]));
        var refused = new ConcurrentDictionary<ulong, Refusal?>();
        run.Answer = export => Answer(export, script, refused);
        await using TestProcess agent = run.StartAgent(AgentRun.OftenExporting);

        int all = (2 * refusals.Length) + 2;
        await run.WaitForCollectionsAsync(all + 2, agent);
        IReadOnlyDictionary<string, long> counted = await Deadline.UntilAsync(
            () => script.IsEmpty ? run.Newest.Counts("tcp.agent.export.rejected", "error.type") : null,
            () => agent.Error.Text);
        await agent.StopAsync();

        foreach ((ulong collectedAt, Refusal? refusal) in refused)
        {
            if (refusal is not null)
            {
                ReceivedExport[] attempts = [.. run.Exports.Where(export => export.CollectedAt == collectedAt)];
                attempts.Length.ShouldBe(refusal.IsRetryable ? 2 : 1, $"{protocol} {refusal.Name}\n{agent.Error.Text}");
            }
        }

        long points = refused.Where(pair => pair.Value is { IsRetryable: false })
            .Sum(pair => run.Exports.First(export => export.CollectedAt == pair.Key).PointCount);
        counted.Values.Sum().ShouldBe(points, string.Join(", ", counted));
        foreach (Refusal refusal in refusals.Where(refusal => !refusal.IsRetryable))
        {
            agent.Error.Containing(refusal.Words).ShouldHaveSingleItem(agent.Error.Text);
        }
    }

    /// <summary>A collection's first attempt takes the next entry of the script; its further ones succeed.</summary>
    private static OtlpAnswer Answer(
        ReceivedExport export, ConcurrentQueue<Refusal?> script, ConcurrentDictionary<ulong, Refusal?> refused)
    {
        if (!export.IsFilled || refused.ContainsKey(export.CollectedAt) || !script.TryDequeue(out Refusal? refusal))
        {
            return OtlpAnswer.Success;
        }

        refused[export.CollectedAt] = refusal;
        return refusal?.Answer ?? OtlpAnswer.Success;
    }

    /// <summary>One refusal of the script.</summary>
    /// <param name="Name">What the failure's message calls it.</param>
    /// <param name="Answer">What the first attempt gets.</param>
    /// <param name="IsRetryable">It is to be tried again.</param>
    /// <param name="Words">What one log line is to say, when it is not.</param>
    private sealed record Refusal(string Name, OtlpAnswer Answer, bool IsRetryable, string Words);
}
