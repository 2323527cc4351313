using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// One way from an agent to a receiver, with a link in between that can break, and both ends counted: collections where
/// they begin, and what the receiver took.
/// </summary>
internal sealed class DeliveryRun : IAsyncDisposable
{
    private readonly OtlpReceiver _receiver;
    private readonly string _protocol;
    private readonly CopiedProcRoot _proc = new();
    private readonly TemporaryFolder _spool = new();
    private readonly CollectionWatch _watch;

    private DeliveryRun(OtlpReceiver receiver, string protocol)
    {
        _receiver = receiver;
        _protocol = protocol;
        _watch = new CollectionWatch(_proc.Table);
        Link = FaultyLink.To((IsGrpc(protocol) ? receiver.GrpcEndpoint : receiver.HttpEndpoint).Port);
        Ledger.Follow(receiver, export => Refused.AnswerTo(export) ?? Answer(export));
    }

    public FaultyLink Link { get; }

    public DeliveryLedger Ledger { get; } = new();

    /// <summary>What the receiver never takes, whatever <see cref="Answer"/> says.</summary>
    public RefusedPayloads Refused { get; } = new();

    /// <summary>Decides each answer of the receiver; the default takes everything.</summary>
    public Func<ReceivedExport, OtlpAnswer> Answer { get; set; } = static _ => OtlpAnswer.Success;

    /// <summary>How many collections have begun, whatever became of them.</summary>
    public int Collected => (int)_watch.Collections;

    public string SpoolFolder => _spool.Path;

    /// <summary>Every request that came, refused ones too.</summary>
    public IReadOnlyList<ReceivedExport> Exports => _receiver.FilledExports;

    /// <summary>The one collected last: what came last may be an older one, sent again.</summary>
    public ReceivedExport Newest => Exports.MaxBy(export => export.CollectedAt)!;

    public static bool IsGrpc(string protocol) => protocol == "grpc";

    public static async Task<DeliveryRun> StartAsync(string protocol) => new(await OtlpReceiver.StartAsync(), protocol);

    /// <summary>Starts an agent at the link's other end; see <see cref="DeliveryAgent"/>.</summary>
    public TestProcess StartAgent(params KeyValuePair<string, string>[] environment) =>
        DeliveryAgent.Start(AgentRun.Endpoint(Link.Endpoint, _protocol), _proc.Path, _spool.Path, environment);

    /// <summary>The same by another program, which becomes the agent in the end.</summary>
    public TestProcess StartAgentUnder(string[] command) => AgentProgram.StartUnder(
        command, DeliveryAgent.Environment(AgentRun.Endpoint(Link.Endpoint, _protocol), _proc.Path, _spool.Path));

    /// <summary>Waits until so many collections have begun.</summary>
    public Task WaitForCollectionsAsync(int count, TestProcess agent) => _watch.WaitForAsync(count, agent);

    /// <summary>Waits until the receiver has taken every collection that has begun, but those that it refuses.</summary>
    public Task WaitUntilAllAreTakenAsync(TestProcess agent) => Deadline.UntilAsync<object>(
        () => Ledger.Taken.Count == Collected - Refused.All.Count ? Ledger : null,
        () => $"{Ledger.Taken.Count} of {Collected} collections were taken.\n{agent.Error.Text}");

    /// <summary>Waits until the agent reports that it has given up the payloads that the receiver refuses.</summary>
    /// <returns>The data points that it reports as rejected.</returns>
    public async Task<long> WaitUntilRefusedAreCountedAsync(TestProcess agent)
    {
        await Deadline.UntilAsync<object>(
            () => Rejected() >= Refused.DataPoints ? Ledger : null,
            () => $"{Rejected()} of {Refused.DataPoints} data points were counted as rejected.\n{agent.Error.Text}");
        return Rejected();

        long Rejected() => Exports.TakeLast(10).Max(export => export.Counts("tcp.agent.export.rejected", "error.type").Values.Sum());
    }

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        await _receiver.DisposeAsync();
        _watch.Dispose();
        _proc.Dispose();
        _spool.Dispose();
    }
}
