namespace Agent.Tcp.Decoding;

/// <summary>
/// Tells from decoded addresses that the table comes from a machine of the other byte order: 1.0.0.127 is hardly anybody's,
/// 127.0.0.1 everybody's.
/// </summary>
internal sealed class ByteOrderEvidence
{
    private const int Impossible = 0;
    private const int Possible = 1;
    private const int Likely = 2;

    /// <summary>Sockets that are looked at: the first tell.</summary>
    private const int Enough = 10_000;

    /// <summary>Above 0 when the other order makes the better addresses.</summary>
    private int _balance;

    private int _sockets;

    public bool IsReversed => _balance > 0;

    public void Add(in TcpSocket socket)
    {
        if (_sockets < Enough)
        {
            _sockets++;
            Add(socket.Local.Address);
            Add(socket.Remote.Address);
        }
    }

    private void Add(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out int length))
        {
            return;
        }

        int asDecoded = Plausibility(bytes[..length]);
        for (int word = 0; word < length; word += sizeof(uint))
        {
            bytes.Slice(word, sizeof(uint)).Reverse();
        }

        _balance += Plausibility(bytes[..length]) - asDecoded;
    }

    private static int Plausibility(ReadOnlySpan<byte> address)
    {
        if (address.Length == sizeof(uint))
        {
            return OfIpv4(address);
        }

        // ::ffff:a.b.c.d, ::1, then the prefixes of unique local, link-local and global unicast addresses.
        bool isShort = BinaryPrimitives.ReadUInt64BigEndian(address) == 0;
        uint third = BinaryPrimitives.ReadUInt32BigEndian(address[8..]);
        return isShort && third == 0xFFFF ? Likely + OfIpv4(address[12..])
            : isShort && third == 0 ? (BinaryPrimitives.ReadUInt32BigEndian(address[12..]) == 1 ? Likely : Possible)
            : address[0] is 0xFC or 0xFD || (address[0] == 0xFE && (address[1] & 0xC0) == 0x80) || (address[0] & 0xE0) == 0x20 ? Likely
            : Impossible;
    }

    private static int OfIpv4(ReadOnlySpan<byte> address) => (address[0], address[1]) switch
    {
        (0, _) or ( >= 224, _) => Impossible,
        (127, _) or (10, _) or (192, 168) or (172, >= 16 and < 32) or (169, 254) => Likely,
        _ => Possible,
    };
}
