using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.GrpcJs;

namespace Agent.Tests.Processes.Delivery;

/// <summary>OTLP/gRPC against an implementation that shares no code with .NET's.</summary>
[Collection(AloneCollection.Name)]
public sealed class GrpcJsTests : IDisposable
{
    private static readonly long Sockets = FixtureProcRoot.Series.Values.Sum();

    private readonly CopiedProcRoot _proc = new();
    private readonly TemporaryFolder _spool = new();

    [Theory]
    [InlineData("none", null)]
    [InlineData("gzip", "gzip")]
    public async Task Export_WithoutAFault_EveryCollectionArrives(string compression, string? encoding)
    {
        await using GrpcJsReceiver receiver = await GrpcJsReceiver.StartAsync("[]");
        IReadOnlyList<GrpcJsAttempt> attempts = await RunAsync(receiver, collections: 5, compression);

        attempts.ShouldAllBe(attempt => attempt.Connections == Sockets && attempt.Encoding == encoding);
        attempts.Select(attempt => attempt.CollectedAt).ShouldBeUnique();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task Export_ItsFaults_AreRetriedDroppedAndCountedAsSpecified(string compression)
    {
        await using GrpcJsReceiver receiver = await GrpcJsReceiver.StartAsync(
            """["ok", "unavailable", "ok", {"exhausted": 0.05}, "ok", "exhausted", "ok", "refused", "ok", {"partial": 3}]""");
        IReadOnlyList<GrpcJsAttempt> attempts = await RunAsync(receiver, collections: 14, compression);

        Dictionary<string, GrpcJsAttempt[]> byFirstAnswer = attempts
            .GroupBy(attempt => attempt.CollectedAt)
            .Select(group => group.ToArray())
            .Where(group => group[0].Answer != "\"ok\"")
            .ToDictionary(group => group[0].Answer, StringComparer.Ordinal);
        byFirstAnswer["\"unavailable\""].Select(attempt => attempt.IsTaken).ShouldBe([false, true]);
        byFirstAnswer["""{"exhausted":0.05}"""].Select(attempt => attempt.IsTaken).ShouldBe([false, true]);
        byFirstAnswer["\"exhausted\""].ShouldHaveSingleItem();
        byFirstAnswer["\"refused\""].ShouldHaveSingleItem();
        byFirstAnswer["""{"partial":3}"""].ShouldHaveSingleItem();
        attempts.MaxBy(attempt => attempt.CollectedAt)!.Rejected
            .ShouldBe(byFirstAnswer["\"exhausted\""][0].Points + byFirstAnswer["\"refused\""][0].Points + 3);
    }

    public void Dispose()
    {
        _proc.Dispose();
        _spool.Dispose();
    }

    /// <summary>Lets an agent collect so often, and ends it.</summary>
    private async Task<IReadOnlyList<GrpcJsAttempt>> RunAsync(GrpcJsReceiver receiver, int collections, string compression)
    {
        using var watch = new CollectionWatch(_proc.Table);
        await using TestProcess agent = DeliveryAgent.Start(
            AgentRun.Endpoint(receiver.Endpoint, "grpc"),
            _proc.Path,
            _spool.Path,
            new KeyValuePair<string, string>("OTEL_EXPORTER_OTLP_COMPRESSION", compression));
        await watch.WaitForAsync(collections, agent);
        await agent.StopAsync();

        // The last line may still be on its way through the pipe.
        return await Deadline.UntilAsync(
            () => receiver.Attempts is { } attempts && Collections(attempts) == watch.Collections ? attempts : null,
            () => $"{Collections(receiver.Attempts)} of {watch.Collections} collections were seen.\n{agent.Error.Text}");
    }

    private static int Collections(IReadOnlyList<GrpcJsAttempt> attempts) =>
        attempts.Select(attempt => attempt.CollectedAt).Distinct().Count();
}
