namespace Agent.Tcp.Snapshots;

/// <summary>Something that could not be read, in words that name the file and the mend.</summary>
/// <param name="Path">The file or directory.</param>
/// <param name="Failure">Why.</param>
/// <param name="Message">For people: one sentence or two.</param>
/// <param name="Times">How many errors it counts as in <c>tcp.agent.read.errors</c>.</param>
internal sealed record ReadError(string Path, ReadFailure Failure, string Message, int Times = 1)
{
    public string Path { get; } = Printable.Of(Path);

    public string Message { get; } = Printable.Of(Message);
}
