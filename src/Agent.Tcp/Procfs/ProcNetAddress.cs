namespace Agent.Tcp.Procfs;

/// <summary>
/// An address and port of a row. The kernel prints each 32-bit word of the address as the machine holds it
/// (<c>%08X</c> of a network-order word), so on a little-endian machine the bytes of each word stand reversed:
/// 127.0.0.1 is <c>0100007F</c>. The port is in host order.
/// </summary>
internal struct ProcNetAddress
{
    private const int WordDigits = 8;
    private const int PortDigits = 4;

    private uint _word0;
    private uint _word1;
    private uint _word2;
    private uint _word3;

    public ushort Port;

    /// <summary>::ffff:a.b.c.d, RFC 4291 section 2.5.5.2. Only asked of 32-digit addresses.</summary>
    public readonly bool IsIpv4Mapped(ByteOrder order) =>
        _word0 == 0 && _word1 == 0 && _word2 == (order == ByteOrder.Little ? 0xFFFF0000u : 0x0000FFFFu);

    /// <summary>Reads <c>ADDRESS:PORT</c>; <paramref name="digits"/> is the address's width, 8 or 32.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out ProcNetAddress address, out int digits)
    {
        address = default;
        digits = field.Length - PortDigits - 1;
        if ((digits != ProcNetTcpRow.Ipv4Digits && digits != ProcNetTcpRow.Ipv6Digits)
            || field[digits] != (byte)':'
            || !AsciiNumber.TryHex(field[(digits + 1)..], out ulong port))
        {
            return false;
        }

        address.Port = (ushort)port;
        return digits == ProcNetTcpRow.Ipv4Digits
            ? TryWord(field, 0, out address._word0)
            : TryWord(field, 0, out address._word0)
                && TryWord(field, 1, out address._word1)
                && TryWord(field, 2, out address._word2)
                && TryWord(field, 3, out address._word3);
    }

    /// <summary>Reads <c>ADDRESS:PORT</c> of which every digit is known to be one.</summary>
    public static ProcNetAddress OfDigits(ReadOnlySpan<byte> field, SocketFamily family)
    {
        var address = new ProcNetAddress { _word0 = Word(field) };
        int digits = WordDigits;
        if (family == SocketFamily.Inet6)
        {
            address._word1 = Word(field[WordDigits..]);
            address._word2 = Word(field[(2 * WordDigits)..]);
            address._word3 = Word(field[(3 * WordDigits)..]);
            digits = 4 * WordDigits;
        }

        address.Port = PortOfDigits(field[(digits + 1)..]);
        return address;
    }

    /// <summary>A port of which every digit is known to be one; four more characters follow it.</summary>
    public static ushort PortOfDigits(ReadOnlySpan<byte> field) => (ushort)(Word(field) >> 16);

    /// <summary>Eight digits at once: each character's low half, and 9 more for a letter; then halves, bytes and pairs are joined.</summary>
    private static uint Word(ReadOnlySpan<byte> field)
    {
        ulong text = BinaryPrimitives.ReadUInt64LittleEndian(field);
        ulong digits = (text & 0x0F0F0F0F0F0F0F0F) + (9 * ((text >> 6) & 0x0101010101010101));
        digits = ((digits << 4) | (digits >> 8)) & 0x00FF00FF00FF00FF;
        digits = (digits | (digits >> 8)) & 0x0000FFFF0000FFFF;
        return BinaryPrimitives.ReverseEndianness((uint)(digits | (digits >> 16)));
    }

    public readonly IPEndPoint ToEndPoint(SocketFamily family, ByteOrder order) =>
        ToEnd(family, order).ToEndPoint(asIpv4: family == SocketFamily.Inet);

    public readonly SocketEnd ToEnd(SocketFamily family, ByteOrder order) => SocketEnd.Of(
        family, NetworkOrder(_word0, order), NetworkOrder(_word1, order), NetworkOrder(_word2, order), NetworkOrder(_word3, order), Port);

    private static uint NetworkOrder(uint word, ByteOrder order) => order == ByteOrder.Little ? BinaryPrimitives.ReverseEndianness(word) : word;

    private static bool TryWord(ReadOnlySpan<byte> field, int index, out uint word)
    {
        bool parsed = AsciiNumber.TryHex(field.Slice(index * WordDigits, WordDigits), out ulong value);
        word = (uint)value;
        return parsed;
    }
}
