using Agent.Tcp.Procfs;

namespace Agent.Tcp.Decoding;

/// <summary>Decodes a listing line by line. Holds back a row that the next line may turn out to be the rest of.</summary>
internal sealed class LineDecoder(SocketFamily? family, ByteOrder order)
{
    private const int MaxErrorText = 200;

    private readonly PastedLine _pasted = new();
    private readonly WrappedRow _wrapped = new();
    private int _number;
    private bool _isAnything;
    private bool _isHeaderCut;

    /// <summary>What other listing the lines are of since its header; null for tcp's.</summary>
    private string? _other;

    private DecodedRow? _held;

    /// <summary>What has been decided.</summary>
    public Queue<DecodedRow> Ready { get; } = new();

    /// <summary>Takes the next line.</summary>
    public void Line(ReadOnlySpan<byte> raw, bool isOverlong)
    {
        _number++;
        if (isOverlong)
        {
            Fail(raw, RowFault.Length.Describe());
            return;
        }

        if (!TryLine(raw, raw, out RowFault fault))
        {
            ReadOnlySpan<byte> pasted = _pasted.Clean(raw);
            if (!TryLine(pasted, raw, out RowFault second))
            {
                // What is left without quote marks and spaces tells more; the rest of a line does not.
                Faulty(pasted, raw, second == RowFault.Slot ? fault : second);
            }
        }
    }

    /// <summary>After the last line.</summary>
    public void End()
    {
        Release();
        if (!_isAnything)
        {
            Ready.Enqueue(new DecodedRow(
                Math.Max(1, _number), default, new DecodeError(Math.Max(1, _number), "", RowFault.NoTable.Describe())));
        }
    }

    /// <summary>Takes a line that is a row, a header or blank; false for any other.</summary>
    private bool TryLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> raw, out RowFault fault)
    {
        switch (ProcNetTcpLine.Judge(ref text, out fault))
        {
            case LineKind.Blank:
                Release();
                return true;
            case LineKind.Header:
                Release();
                _isAnything = true;
                _other = null;
                _isHeaderCut = !text.EndsWith("inode"u8);
                return true;
            case LineKind.Faulty:
                return false;
        }

        fault = ProcNetTcpRow.TryParse(text, out ProcNetTcpRow row, out int tail);
        if (fault != RowFault.None)
        {
            return false;
        }

        Release();
        Take(in row, tail, text, raw);
        return true;
    }

    private void Take(ref readonly ProcNetTcpRow row, int tail, ReadOnlySpan<byte> text, ReadOnlySpan<byte> raw)
    {
        _isHeaderCut = false;
        if (_other is not null)
        {
            Fail(raw, OtherListing.Describe(_other));
            return;
        }

        if (family is { } wanted && row.Family != wanted)
        {
            Fail(raw, $"the row's addresses are those of {AddressFamilies.MetricValue(row.Family)}");
            return;
        }

        _isAnything = true;
        var decoded = new DecodedRow(
            _number,
            row.ToSocket(order),
            OtherListing.IsUdpRow(in row, tail) ? Error(raw, OtherListing.Describe(OtherListing.Udp)) : null);
        if (WrappedRow.MayGoOn(in row, tail))
        {
            _held = decoded;
            _wrapped.Begin(text, tail);
        }
        else
        {
            Ready.Enqueue(decoded);
        }
    }

    private void Faulty(ReadOnlySpan<byte> text, ReadOnlySpan<byte> raw, RowFault fault)
    {
        text = ProcNetTcpLine.Trim(text);
        if (_held is { } held && _wrapped.TryGoOn(text))
        {
            string reason = $"the row is wrapped and continues in line {_number}: copy it from a file, or from a wider terminal";
            _held = held with { Error = new DecodeError(held.Line, Printable(_wrapped.Begun), reason) };
            return;
        }

        Release();
        if (OtherListing.Of(text) is { } other)
        {
            _other = other;
            Fail(raw, OtherListing.Describe(other));
        }
        else if (_other is not null)
        {
            Fail(raw, OtherListing.Describe(_other));
        }
        else if (_isHeaderCut && WrappedRow.IsRestOfHeader(text))
        {
            Fail(raw, "the rest of the header: lines are wrapped; copy them from a file, or from a wider terminal");
        }
        else
        {
            var error = new DecodedRow(_number, default, Error(raw, fault.Describe()));
            if (WrappedRow.IsCutShort(text, fault))
            {
                _held = error;
                _wrapped.Begin(text, WrappedRow.NoTail);
            }
            else
            {
                Ready.Enqueue(error);
            }

            _isAnything = true;
        }

        _isHeaderCut = false;
    }

    private void Fail(ReadOnlySpan<byte> raw, string error)
    {
        Release();
        _isAnything = true;
        Ready.Enqueue(new DecodedRow(_number, default, Error(raw, error)));
    }

    private DecodeError Error(ReadOnlySpan<byte> raw, string error) => new(_number, Printable(raw), error);

    private void Release()
    {
        if (_held is { } held)
        {
            Ready.Enqueue(held);
            _held = null;
        }
    }

    /// <summary>The line's begin, with what would garble a terminal replaced.</summary>
    private static string Printable(ReadOnlySpan<byte> line)
    {
        line = ProcNetTcpLine.Trim(line) is { IsEmpty: false } trimmed ? trimmed : line;
        var text = new StringBuilder(Math.Min(line.Length, MaxErrorText));
        foreach (byte character in line[..Math.Min(line.Length, MaxErrorText)])
        {
            text.Append(character is >= 0x20 and < 0x7F ? (char)character : character == '\t' ? ' ' : '?');
        }

        return text.ToString();
    }
}
