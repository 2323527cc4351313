namespace Agent.Tcp.Interop;

/// <summary>Reads small files whole into one reused buffer. Allocates nothing. Not thread-safe.</summary>
internal sealed class SmallFile(int size)
{
    private readonly byte[] _buffer = new byte[size];

    /// <summary>
    /// The file's text, as far as it fits; valid until the next call. Empty when it cannot be read: the error is the errno, or
    /// <see cref="Libc.NotRegular"/>.
    /// </summary>
    public ReadOnlySpan<byte> Read(ProcPath path, out int error) => Read(Libc.OpenFile(path.Bytes), out error);

    /// <summary>The same of a file that was opened by <see cref="Libc.OpenFile(int, ReadOnlySpan{byte})"/>; it is closed.</summary>
    public ReadOnlySpan<byte> Read(int descriptor, out int error)
    {
        if (descriptor < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return default;
        }

        ReadOnlySpan<byte> text = ReadAll(descriptor, out error);
        Libc.Close(descriptor);
        return text;
    }

    /// <summary>Such a file is one record, which a read gives whole; the read that returns 0 costs nothing more.</summary>
    private ReadOnlySpan<byte> ReadAll(int descriptor, out int error)
    {
        int length = 0;
        error = 0;
        while (length < _buffer.Length)
        {
            nint read = Libc.Read(descriptor, _buffer.AsSpan(length));
            if (read < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
            {
                continue;
            }

            if (read < 0)
            {
                error = Marshal.GetLastPInvokeError();
                return default;
            }

            if (read == 0)
            {
                break;
            }

            length += (int)read;
        }

        return _buffer.AsSpan(0, length);
    }
}
