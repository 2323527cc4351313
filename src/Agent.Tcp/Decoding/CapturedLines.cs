namespace Agent.Tcp.Decoding;

/// <summary>
/// The lines of a text as ASCII or UTF-8, through one buffer: a byte order mark is taken away and UTF-16, as some shells
/// write files, becomes bytes.
/// </summary>
internal sealed class CapturedLines
{
    /// <summary>Far above the widest row; what is longer is given in part, marked, and skipped to its end.</summary>
    private const int MaxLine = 16 * 1024;

    /// <summary>What tells UTF-16 without a mark: that many characters of ASCII.</summary>
    private const int Sample = 64;

    /// <summary>So that a page of any size fits beside the begin of a line: a table of the kernel is read page by page.</summary>
    private static readonly int BufferSize = MaxLine + Math.Max(128 * 1024, 2 * Environment.SystemPageSize);

    private readonly TextReading _read;
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>Of UTF-16; null for bytes.</summary>
    private readonly ByteOrder? _wide;

    private int _start;
    private int _end;

    /// <summary>Half a UTF-16 character that the last read ended in, or -1.</summary>
    private int _half = -1;

    private bool _isSkipping;
    private bool _isAtEnd;

    /// <summary>Reads the text's beginning.</summary>
    public CapturedLines(TextReading read)
    {
        _read = read;
        while (_end < Sample && !_isAtEnd)
        {
            ReadRaw();
        }

        _wide = WideOrder(_buffer.AsSpan(0, Math.Min(_end, Sample)));
        if (_wide is not null)
        {
            int length = _end;
            _end = 0;
            Narrow(length);
        }
        else if (_buffer.AsSpan(0, _end).StartsWith(Mark))
        {
            _start = Mark.Length;
        }
    }

    /// <summary>U+FEFF in UTF-8.</summary>
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The next line without its line end; valid until the next call.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line, out bool isOverlong)
    {
        isOverlong = false;
        while (true)
        {
            ReadOnlySpan<byte> held = _buffer.AsSpan(_start, _end - _start);
            int length = held.IndexOf((byte)'\n');
            if (length < 0 && !_isAtEnd && held.Length <= MaxLine)
            {
                Refill();
                continue;
            }

            if (length < 0 && held.IsEmpty)
            {
                line = default;
                return false;
            }

            bool isEnded = length >= 0 || _isAtEnd;
            line = length < 0 ? held : held[..length];
            _start += Math.Min(held.Length, line.Length + 1);
            bool isRest = _isSkipping;
            _isSkipping = !isEnded;
            if (!isRest)
            {
                isOverlong = line.Length > MaxLine;
                return true;
            }
        }
    }

    private void Refill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int before = _end;
        ReadRaw();
        if (_wide is not null)
        {
            int read = _end - before;
            _end = before;
            Narrow(read);
        }
    }

    private void ReadRaw()
    {
        int read = _read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isAtEnd = read == 0;
    }

    /// <summary>Turns so many bytes from the end on into half as many; what is not ASCII becomes a question mark.</summary>
    private void Narrow(int length)
    {
        Span<byte> raw = _buffer.AsSpan(_end, length);
        Span<byte> pair = stackalloc byte[2];
        foreach (byte value in raw)
        {
            if (_half < 0)
            {
                _half = value;
                continue;
            }

            (pair[0], pair[1]) = ((byte)_half, value);
            _half = -1;
            char character = (char)(_wide == ByteOrder.Big
                ? BinaryPrimitives.ReadUInt16BigEndian(pair)
                : BinaryPrimitives.ReadUInt16LittleEndian(pair));
            if (character != '\uFEFF')
            {
                _buffer[_end++] = char.IsAscii(character) ? (byte)character : char.IsWhiteSpace(character) ? (byte)' ' : (byte)'?';
            }
        }
    }

    /// <summary>By the mark, or by every other byte being NUL.</summary>
    private static ByteOrder? WideOrder(ReadOnlySpan<byte> begin)
    {
        if (begin.Length < 2)
        {
            return null;
        }

        switch (begin[0], begin[1])
        {
            case (0xFF, 0xFE):
                return ByteOrder.Little;
            case (0xFE, 0xFF):
                return ByteOrder.Big;
        }

        bool little = true;
        bool big = true;
        for (int index = 0; index < begin.Length; index++)
        {
            bool isNul = begin[index] == 0;
            little &= isNul == ((index & 1) == 1);
            big &= isNul == ((index & 1) == 0);
        }

        return little ? ByteOrder.Little : big ? ByteOrder.Big : null;
    }
}

/// <summary>Reads on in a text, as <see cref="Stream.Read(byte[], int, int)"/> does: 0 at its end.</summary>
internal delegate int TextReading(byte[] buffer, int offset, int count);
