namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// A long run for each protocol, the two at once: each waits most of the time, for an agent and a receiver of its own. They begin
/// when the first is asked for.
/// </summary>
internal sealed class BothProtocols(Func<string, Task> run)
{
    private readonly Lazy<Dictionary<string, Task>> _runs =
        new(() => ((string[])["grpc", "http/protobuf"]).ToDictionary(protocol => protocol, run, StringComparer.Ordinal));

    /// <summary>Ends with the run of one protocol, when both have ended.</summary>
    public async Task EndAsync(string protocol)
    {
        await Task.WhenAll(_runs.Value.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _runs.Value[protocol];
    }
}
