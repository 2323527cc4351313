namespace Agent.Tcp.Snapshots;

/// <summary>Something that could not be read, in words that name the file and the mend.</summary>
internal sealed record ReadError(string Path, ReadFailure Failure, string Message);
