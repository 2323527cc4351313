using Agent.Tcp.Interop;

namespace Agent.Tcp.Procfs;

/// <summary>
/// Takes the text of one table whole, for showing its rows. Ends, like <see cref="ProcNetTcpReader"/>, at the first
/// short page. Not for the collection: it allocates what it reads.
/// </summary>
internal static class ProcNetTcpCapture
{
    /// <summary>The text of the table at a path.</summary>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    /// <exception cref="TimeoutException">The table did not end in time.</exception>
    public static byte[] Read(string path, TimeSpan timeout, TimeProvider time)
    {
        long start = time.GetTimestamp();
        using var file = RegularFile.OpenRead(path);
        using var text = new MemoryStream();
        byte[] buffer = new byte[2 * Environment.SystemPageSize];
        while (true)
        {
            int read = file.Read(buffer);
            text.Write(buffer, 0, read);
            if (read < ProcNetTcpReader.ShortPage)
            {
                return text.ToArray();
            }

            if (time.GetElapsedTime(start) > timeout)
            {
                throw new TimeoutException($"{path}: the table did not end within {timeout.TotalSeconds} s.");
            }
        }
    }
}
