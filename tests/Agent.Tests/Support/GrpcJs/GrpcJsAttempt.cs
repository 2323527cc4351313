namespace Agent.Tests.Support.GrpcJs;

/// <summary>One request, as the receiver on Node.js decoded it.</summary>
/// <param name="CollectedAt">ns since 1970.</param>
/// <param name="Connections">The sum over all points of <c>tcp.connections</c>.</param>
/// <param name="Points">Data points of all metrics.</param>
/// <param name="Rejected">The sum over <c>tcp.agent.export.rejected</c>.</param>
/// <param name="Answer">What it got, as JSON.</param>
/// <param name="IsTaken">It was told that the data has been taken.</param>
/// <param name="Encoding">Its <c>grpc-encoding</c>, or null.</param>
internal sealed record GrpcJsAttempt(
    ulong CollectedAt, long Connections, int Points, long Rejected, string Answer, bool IsTaken, string? Encoding);
