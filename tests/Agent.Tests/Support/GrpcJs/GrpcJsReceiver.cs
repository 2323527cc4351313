using System.Globalization;
using System.Text.Json;

namespace Agent.Tests.Support.GrpcJs;

/// <summary>The receiver of tests/tools/grpc-js: OTLP on the gRPC implementation of Node.js.</summary>
internal sealed class GrpcJsReceiver : IAsyncDisposable
{
    private const string FolderVariable = "AGENT_TEST_GRPC_JS";

    private readonly TestProcess _process;

    private GrpcJsReceiver(TestProcess process, int port)
    {
        _process = process;
        Endpoint = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Endpoint { get; }

    /// <summary>Every attempt so far that held a collection.</summary>
    public IReadOnlyList<GrpcJsAttempt> Attempts =>
    [
        .. _process.Output.All.Skip(1).Select(Parse).OfType<GrpcJsAttempt>(),
    ];

    /// <summary>Starts it, or skips the test with the reason.</summary>
    /// <param name="answers">What each new collection's first attempt gets, in JSON; see receiver.js.</param>
    public static async Task<GrpcJsReceiver> StartAsync(string answers)
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(Repository.Root, "artifacts", "grpc-js");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            $"grpc-js is not in {folder}: run tests/tools/fetch-grpc-js.sh, or name its folder in {FolderVariable}.");
        TestProcess process = TestProcess.Start(
            "node",
            [
                Path.Combine(Repository.Root, "tests", "tools", "grpc-js", "receiver.js"),
                folder,
                Path.Combine(Repository.Root, "tests", "protos"),
                answers,
            ],
            AgentProgram.Environment([]));
        using JsonDocument first = JsonDocument.Parse(await process.Output.WaitForAsync("port"));
        return new GrpcJsReceiver(process, first.RootElement.GetProperty("port").GetInt32());
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static GrpcJsAttempt? Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        return root.GetProperty("collectedAt").GetString() is { } collectedAt
            ? new GrpcJsAttempt(
                ulong.Parse(collectedAt, CultureInfo.InvariantCulture),
                root.GetProperty("connections").GetInt64(),
                root.GetProperty("points").GetInt32(),
                root.GetProperty("rejected").GetInt64(),
                root.GetProperty("answer").GetRawText(),
                root.GetProperty("isTaken").GetBoolean(),
                root.GetProperty("encoding").GetString())
            : null;
    }
}
