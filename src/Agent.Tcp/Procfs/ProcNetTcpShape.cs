using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agent.Tcp.Procfs;

/// <summary>
/// The fast judgement of a row: after the slot, the common kernels print fixed-width fields, so three or four vector
/// comparisons tell that every digit and every delimiter stands where it should. A row of another shape is not wrong;
/// it is left to <see cref="ProcNetTcpRow"/>, which gives the same answer for every row accepted here.
/// </summary>
internal static class ProcNetTcpShape
{
    /// <summary>Fields from after the slot's colon to before the uid, 'h' standing for a hexadecimal digit.</summary>
    private const string Ipv4Pattern =
        " hhhhhhhh:hhhh hhhhhhhh:hhhh hh hhhhhhhh:hhhhhhhh hh:hhhhhhhh hhhhhhhh ";

    private const string Ipv6Pattern =
        " hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh:hhhh hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh:hhhh hh hhhhhhhh:hhhhhhhh hh:hhhhhhhh hhhhhhhh ";

    private const int MaxSlotWidth = 20;

    private static readonly byte[] Ipv4Template = Template(Ipv4Pattern);
    private static readonly byte[] Ipv6Template = Template(Ipv6Pattern);

    /// <summary>The first three words of ::ffff:a.b.c.d as the kernel prints them on this machine.</summary>
    private static ReadOnlySpan<byte> MappedPrefix =>
        BitConverter.IsLittleEndian ? "0000000000000000FFFF0000"u8 : "00000000000000000000FFFF"u8;

    /// <summary>Tells state code and kind of a row in the common shape; false when it has another shape.</summary>
    public static bool TryClassify(ReadOnlySpan<byte> line, SocketFamily family, out int code, out TcpSocketKind kind) =>
        TryClassify(line, family, out code, out kind, out _);

    /// <summary>The same, with what follows the slot's colon: the fields stand where the pattern has them.</summary>
    public static bool TryClassify(
        ReadOnlySpan<byte> line, SocketFamily family, out int code, out TcpSocketKind kind, out ReadOnlySpan<byte> body)
    {
        byte[] template = family == SocketFamily.Inet ? Ipv4Template : Ipv6Template;
        code = 0;
        kind = TcpSocketKind.Ipv4Inet;
        body = default;
        int start = SlotEnd(line);
        if (start < 0 || line.Length - start < template.Length)
        {
            return false;
        }

        body = line[start..];
        ReadOnlySpan<byte> rest = body[template.Length..];
        if (!Matches(body, template) || !HasOwner(rest) || rest.Contains((byte)':'))
        {
            return false;
        }

        int addressDigits = family == SocketFamily.Inet ? ProcNetTcpRow.Ipv4Digits : ProcNetTcpRow.Ipv6Digits;
        int state = StateAt(family);
        code = (AsciiNumber.HexDigit(body[state]) << 4) | AsciiNumber.HexDigit(body[state + 1]);
        kind = TcpSocketKinds.Of(
            family,
            family == SocketFamily.Inet6
                && (IsMapped(body.Slice(1, addressDigits)) || IsMapped(body.Slice(addressDigits + 7, addressDigits))));
        return true;
    }

    /// <summary>The socket, out of what <see cref="TryClassify(ReadOnlySpan{byte}, SocketFamily, out int, out TcpSocketKind, out ReadOnlySpan{byte})"/> accepted.</summary>
    public static SocketRow RowOf(ReadOnlySpan<byte> body, SocketFamily family, int code)
    {
        int local = LocalPortAt(family);
        ReadOnlySpan<byte> owner = body[(family == SocketFamily.Inet ? Ipv4Template : Ipv6Template).Length..];
        ulong uid = TakeNumber(ref owner);
        _ = TakeNumber(ref owner);
        return new SocketRow
        {
            Family = family,
            State = TcpStates.FromCode(code),
            Local = ProcNetAddress.OfDigits(body[1..], family).ToEnd(family, ByteOrders.OfThisMachine),
            Remote = ProcNetAddress.OfDigits(body[(local + 5)..], family).ToEnd(family, ByteOrders.OfThisMachine),
            Uid = (uint)Math.Min(uid, uint.MaxValue),
            Inode = TakeNumber(ref owner),
        };
    }

    /// <summary>The local port, in host order, of such a row.</summary>
    public static ushort LocalPortOf(ReadOnlySpan<byte> body, SocketFamily family) =>
        ProcNetAddress.PortOfDigits(body[LocalPortAt(family)..]);

    /// <summary>Where a body's state stands: after two addresses with their ports.</summary>
    public static int StateAt(SocketFamily family) => (2 * (LocalPortAt(family) + 4)) + 1;

    /// <summary>Where a body's local port stands: after a blank, the address and a colon.</summary>
    public static int LocalPortAt(SocketFamily family) =>
        (family == SocketFamily.Inet ? ProcNetTcpRow.Ipv4Digits : ProcNetTcpRow.Ipv6Digits) + 2;

    /// <summary>Index after the colon of <c>%4d:</c>, or -1.</summary>
    private static int SlotEnd(ReadOnlySpan<byte> line)
    {
        int index = 0;
        while (index < line.Length && line[index] == (byte)' ')
        {
            index++;
        }

        int first = index;
        while (index < line.Length && (uint)(line[index] - '0') <= 9)
        {
            index++;
        }

        // Past 18 digits a slot may overflow; the careful parser decides.
        bool isSlot = index > first && index - first < MaxSlotWidth - 1 && index < line.Length && line[index] == (byte)':';
        return isSlot ? index + 1 : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Matches(ReadOnlySpan<byte> body, byte[] template)
    {
        int last = template.Length - Vector256<byte>.Count;
        ref byte bodyStart = ref MemoryMarshal.GetReference(body);
        ref byte templateStart = ref MemoryMarshal.GetArrayDataReference(template);
        Vector256<byte> fits = Vector256<byte>.AllBitsSet;
        for (int offset = 0; offset < last; offset += Vector256<byte>.Count)
        {
            fits &= Fit(ref bodyStart, ref templateStart, (nuint)offset);
        }

        fits &= Fit(ref bodyStart, ref templateStart, (nuint)last);
        return fits == Vector256<byte>.AllBitsSet;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Fit(ref byte body, ref byte template, nuint offset)
    {
        Vector256<byte> text = Vector256.LoadUnsafe(ref body, offset);
        Vector256<byte> pattern = Vector256.LoadUnsafe(ref template, offset);
        Vector256<byte> isDigit = Vector256.LessThanOrEqual(text - Vector256.Create((byte)'0'), Vector256.Create((byte)9));
        Vector256<byte> isLetter = Vector256.LessThanOrEqual(
            (text | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)5));
        return Vector256.ConditionalSelect(
            Vector256.Equals(pattern, Vector256.Create((byte)'h')), isDigit | isLetter, Vector256.Equals(text, pattern));
    }

    /// <summary>uid, timeout and inode: three numbers. Their values do not matter here, only that they are there.</summary>
    private static bool HasOwner(ReadOnlySpan<byte> rest)
    {
        int index = 0;
        for (int field = 0; field < 3; field++)
        {
            while (index < rest.Length && rest[index] == (byte)' ')
            {
                index++;
            }

            int first = index;
            while (index < rest.Length && (uint)(rest[index] - '0') <= 9)
            {
                index++;
            }

            // 19 digits always fit in 64 bits; longer ones are for the careful parser.
            bool isNumber = index > first && index - first < MaxSlotWidth;
            if (!isNumber || (index < rest.Length && rest[index] != (byte)' '))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The next number, which is known to be one.</summary>
    private static ulong TakeNumber(ref ReadOnlySpan<byte> fields)
    {
        int index = 0;
        while (fields[index] == (byte)' ')
        {
            index++;
        }

        ulong value = 0;
        for (; index < fields.Length && fields[index] != (byte)' '; index++)
        {
            value = (value * 10) + (ulong)(fields[index] - '0');
        }

        fields = fields[index..];
        return value;
    }

    private static bool IsMapped(ReadOnlySpan<byte> address) =>
        Ascii.EqualsIgnoreCase(address[..MappedPrefix.Length], MappedPrefix);

    private static byte[] Template(string pattern) => Encoding.ASCII.GetBytes(pattern);
}
