namespace Agent.Tcp.Procfs;

/// <summary>
/// The text of one table, for showing its rows. Ends, like <see cref="ProcNetTcpReader"/>, at the first short page; each
/// read must be given room for a page. Not for the collection: it allocates.
/// </summary>
internal sealed class ProcNetTcpCapture(string path, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private readonly FileStream _file = RegularFile.OpenRead(path);
    private TimeSpan _spent;
    private bool _hasEnded;

    /// <summary>The table's next page.</summary>
    /// <exception cref="IOException">The table cannot be read, or did not end in time.</exception>
    public int Read(byte[] buffer, int offset, int count)
    {
        if (_hasEnded)
        {
            return 0;
        }

        // Only what reading takes: whoever takes the rows may wait for a terminal.
        if (_spent > timeout)
        {
            throw new IOException($"{path}: the table did not end within {timeout.TotalSeconds} s.");
        }

        long start = time.GetTimestamp();
        int read = _file.Read(buffer, offset, count);
        _spent += time.GetElapsedTime(start);
        _hasEnded = read < ProcNetTcpReader.ShortPage;
        return read;
    }

    public void Dispose() => _file.Dispose();
}
