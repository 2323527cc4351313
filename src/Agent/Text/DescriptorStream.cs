namespace Agent.Text;

/// <summary>
/// Writes to a descriptor by <c>write(2)</c>. The console's own stream reports success on a closed pipe; a FileStream writes a
/// file at its own offset, over the output of a previous program. A fault is the errno of a descriptor that is closed from
/// the start; unless it is required, what cannot be written is lost.
/// </summary>
internal sealed class DescriptorStream(int descriptor, int fault, bool required) : Stream
{
    /// <summary><c>POLLOUT</c>, include/uapi/asm-generic/poll.h.</summary>
    private const short PollOut = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int error = fault;
        while (error == 0 && !buffer.IsEmpty)
        {
            error = WriteSome(ref buffer);
        }

        if (error != 0 && required)
        {
            throw new OutputException(error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Removes what was written from the buffer; returns the errno that ends writing, or 0.</summary>
    private int WriteSome(ref ReadOnlySpan<byte> buffer)
    {
        nint written = Libc.Write(descriptor, buffer);
        if (written >= 0)
        {
            buffer = buffer[(int)written..];
            return 0;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Errno.EAGAIN)
        {
            // Another process made the terminal or pipe non-blocking.
            _ = Libc.Wait(descriptor, PollOut, milliseconds: -1);
        }

        return error is Errno.EAGAIN or Errno.EINTR ? 0 : error;
    }
}
