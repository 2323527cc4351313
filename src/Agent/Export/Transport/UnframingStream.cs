namespace Agent.Export.Transport;

/// <summary>Passes on what is written to it, but for the first bytes.</summary>
internal sealed class UnframingStream(Stream destination, int skip) : Stream
{
    private int _left = skip;

    /// <summary>The first byte that was written; -1 before.</summary>
    public int FirstByte { get; private set; } = -1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => destination.Write(buffer[Skipped(buffer)..]);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        destination.WriteAsync(buffer[Skipped(buffer.Span)..], cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => destination.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Skipped(ReadOnlySpan<byte> buffer)
    {
        if (FirstByte < 0 && !buffer.IsEmpty)
        {
            FirstByte = buffer[0];
        }

        int skipped = Math.Min(_left, buffer.Length);
        _left -= skipped;
        return skipped;
    }
}
