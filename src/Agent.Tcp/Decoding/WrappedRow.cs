using Agent.Tcp.Procfs;

namespace Agent.Tcp.Decoding;

/// <summary>Tells that a line is the rest of the row before it, as a terminal narrower than a row copies it.</summary>
internal sealed class WrappedRow
{
    /// <summary>The row broke off before its inode.</summary>
    public const int NoTail = -1;

    /// <summary>Columns after the inode of a full socket; the others have two.</summary>
    private const int FullTail = 7;

    private const int MaxText = 512;

    private readonly byte[] _text = new byte[MaxText];
    private readonly byte[] _joined = new byte[MaxText];
    private int _length;
    private int _begun;
    private int _tail;

    /// <summary>The row's first line.</summary>
    public ReadOnlySpan<byte> Begun => _text.AsSpan(0, _begun);

    /// <summary>Whether columns of a row that has all that is needed may still follow.</summary>
    public static bool MayGoOn(ref readonly ProcNetTcpRow row, int tail) =>
        tail < FullTail && !(tail >= 2 && row.Code is (int)TcpState.TimeWait or (int)TcpState.SynReceived);

    /// <summary>Whether a row broke off in the column that does not hold: nothing stands after it.</summary>
    public static bool IsCutShort(ReadOnlySpan<byte> line, RowFault fault)
    {
        int fields = 0;
        for (var cursor = new FieldCursor(line); cursor.TryNext(out _);)
        {
            fields++;
        }

        // RowFault numbers the first ten columns from 1.
        return fault is > RowFault.Slot and <= RowFault.Inode && fields <= (int)fault;
    }

    public static bool IsRestOfHeader(ReadOnlySpan<byte> line)
    {
        bool any = false;
        for (var cursor = new FieldCursor(line); cursor.TryNext(out ReadOnlySpan<byte> field); any = true)
        {
            if (ProcNetTcpLine.Columns.IndexOf(field) < 0)
            {
                return false;
            }
        }

        return any;
    }

    public void Begin(ReadOnlySpan<byte> line, int tail)
    {
        _begun = _length = Math.Min(line.Length, MaxText);
        line[.._length].CopyTo(_text);
        _tail = tail;
    }

    /// <summary>Whether the line is the row's rest, or a piece of it.</summary>
    public bool TryGoOn(ReadOnlySpan<byte> line)
    {
        if (_tail != NoTail)
        {
            // A full row may lack some columns; they hold neither colons nor words.
            int fields = Numbers(line);
            bool fits = fields > 0 && _tail + fields <= FullTail + 1;
            _tail += fits ? fields : 0;
            return fits;
        }

        return Join(line, gap: 0) || Join(line, gap: 1);
    }

    private bool Join(ReadOnlySpan<byte> line, int gap)
    {
        int length = _length + gap + line.Length;
        if (length > MaxText)
        {
            return false;
        }

        _text.AsSpan(0, _length).CopyTo(_joined);
        _joined.AsSpan(_length, gap).Fill((byte)' ');
        line.CopyTo(_joined.AsSpan(_length + gap));
        ReadOnlySpan<byte> joined = _joined.AsSpan(0, length);
        RowFault fault = ProcNetTcpRow.TryParse(joined, out _, out int tail);
        bool begins = new FieldCursor(line).TryNext(out ReadOnlySpan<byte> first) && first[^1] == (byte)':';
        if (begins || (fault != RowFault.None && !IsCutShort(joined, fault)))
        {
            return false;
        }

        joined.CopyTo(_text);
        _length = length;
        _tail = fault == RowFault.None ? tail : NoTail;
        return true;
    }

    /// <summary>How many fields a line has that consists of numbers; 0 for any other.</summary>
    private static int Numbers(ReadOnlySpan<byte> line)
    {
        int fields = 0;
        for (var cursor = new FieldCursor(line); cursor.TryNext(out ReadOnlySpan<byte> field); fields++)
        {
            if (!AsciiNumber.TryHex(field.TrimStart((byte)'-'), out _))
            {
                return 0;
            }
        }

        return fields;
    }
}
