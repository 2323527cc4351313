namespace Agent.Export.Protobuf;

/// <summary>
/// Walks the fields of one protobuf message (protobuf.dev, "Encoding"). A torn or foreign message ends the walk and
/// sets <see cref="IsBroken"/>; it never throws.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;
    private const int MaxVarintBytes = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The current field's number.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value, where it has a length: a text, bytes or another message; otherwise empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value is <see cref="Bytes"/>, not a <see cref="Number"/>.</summary>
    public bool HasBytes { get; private set; }

    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || IsBroken)
        {
            return false;
        }

        Bytes = default;
        Number = 0;
        IsBroken = !TryVarint(out ulong tag) || !TryValue((int)(tag & 7));
        Field = (int)(tag >> 3);
        HasBytes = (int)(tag & 7) == LengthDelimited;
        return !IsBroken;
    }

    private bool TryValue(int wireType)
    {
        switch (wireType)
        {
            case Varint:
                bool isWhole = TryVarint(out ulong number);
                Number = number;
                return isWhole;
            case Fixed64 when _rest.Length >= sizeof(ulong):
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[sizeof(ulong)..];
                return true;
            case Fixed32 when _rest.Length >= sizeof(uint):
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[sizeof(uint)..];
                return true;
            case LengthDelimited when TryVarint(out ulong length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int index = 0; index < MaxVarintBytes && index < _rest.Length; index++)
        {
            byte part = _rest[index];
            value |= (ulong)(part & 0x7F) << (7 * index);
            if (part < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return true;
            }
        }

        return false;
    }
}
