namespace Agent.Tcp.Procfs;

/// <summary>
/// One row of <c>/proc/net/tcp</c> or <c>tcp6</c>, judged field by field, so that kernels with wider pointers,
/// shorter TIME_WAIT rows or further columns are read alike. Pure; never throws, never allocates.
/// </summary>
/// <remarks>
/// <c>net/ipv4/tcp_ipv4.c</c>, <c>get_tcp4_sock</c>:
/// <code>
/// "%4d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK %lu %lu %u %u %d"
///    sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///     0: 0100007F:08A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 ffff81002f449980 3000 0 0 2 -1
/// </code>
/// Everything up to the inode is required; what follows differs by kernel and state, and is not read, but it is no other row.
/// </remarks>
internal struct ProcNetTcpRow
{
    public const int Ipv4Digits = 8;
    public const int Ipv6Digits = 32;

    /// <summary><c>USER_HZ</c>: the kernel prints timers in these, whatever its own tick (<c>jiffies_delta_to_clock_t</c>).</summary>
    private const int ClockTicksPerSecond = 100;

    public long Slot;
    public ProcNetAddress Local;
    public ProcNetAddress Remote;
    public SocketFamily Family;
    public byte Code;
    public ulong TransmitQueue;
    public ulong ReceiveQueue;
    public byte Timer;
    public ulong TimerTicks;
    public ulong Retransmits;
    public ulong Uid;
    public ulong Inode;

    /// <summary>Of a row that this machine printed.</summary>
    public readonly TcpSocketKind Kind => KindIn(ByteOrders.OfThisMachine);

    /// <summary>Of a row of a machine of this order. Either address is IPv4-mapped: a bound listener has one, a connection two.</summary>
    public readonly TcpSocketKind KindIn(ByteOrder order) => TcpSocketKinds.Of(
        Family, Family == SocketFamily.Inet6 && (Local.IsIpv4Mapped(order) || Remote.IsIpv4Mapped(order)));

    public readonly TcpSocket ToSocket(ByteOrder order) => new(
        Slot,
        Local.ToEndPoint(Family, order),
        Remote.ToEndPoint(Family, order),
        Code,
        Family,
        KindIn(order).Type(),
        TransmitQueue,
        ReceiveQueue,
        Timer,
        TimerTicks / (double)ClockTicksPerSecond,
        Retransmits,
        Uid,
        Inode);

    /// <summary>Of a row that this machine printed.</summary>
    public readonly SocketRow ToRow() => new()
    {
        Family = Family,
        State = TcpStates.FromCode(Code),
        Local = Local.ToEnd(Family, ByteOrders.OfThisMachine),
        Remote = Remote.ToEnd(Family, ByteOrders.OfThisMachine),
        Uid = (uint)Math.Min(Uid, uint.MaxValue),
        Inode = Inode,
    };

    /// <summary>Reads one line without its line end.</summary>
    /// <param name="line">The line.</param>
    /// <param name="row">The row; meaningless when the result is not <see cref="RowFault.None"/>.</param>
    /// <returns>What is wrong with the line: the first field that does not hold.</returns>
    public static RowFault TryParse(ReadOnlySpan<byte> line, out ProcNetTcpRow row) => TryParse(line, out row, out _);

    /// <summary>The same, with the number of columns after the inode.</summary>
    public static RowFault TryParse(ReadOnlySpan<byte> line, out ProcNetTcpRow row, out int tail)
    {
        row = default;
        tail = 0;
        var fields = new FieldCursor(line);
        if (!fields.TryNext(out ReadOnlySpan<byte> field) || !TryParseSlot(field, out row.Slot))
        {
            return RowFault.Slot;
        }

        if (!fields.TryNext(out field) || !ProcNetAddress.TryParse(field, out row.Local, out int digits))
        {
            return RowFault.LocalAddress;
        }

        row.Family = digits == Ipv4Digits ? SocketFamily.Inet : SocketFamily.Inet6;
        if (!fields.TryNext(out field)
            || !ProcNetAddress.TryParse(field, out row.Remote, out int remoteDigits)
            || remoteDigits != digits)
        {
            return RowFault.RemoteAddress;
        }

        if (!fields.TryNext(out field) || field.Length != 2 || !AsciiNumber.TryHex(field, out ulong code))
        {
            return RowFault.State;
        }

        row.Code = (byte)code;
        if (!fields.TryNext(out field) || !TryParsePair(field, out row.TransmitQueue, out row.ReceiveQueue))
        {
            return RowFault.Queues;
        }

        if (!fields.TryNext(out field)
            || !TryParsePair(field, out ulong timer, out row.TimerTicks)
            || timer > byte.MaxValue)
        {
            return RowFault.Timer;
        }

        row.Timer = (byte)timer;
        if (!fields.TryNext(out field) || !AsciiNumber.TryHex(field, out row.Retransmits))
        {
            return RowFault.Retransmits;
        }

        RowFault fault = TryParseOwner(ref fields, ref row);
        return fault != RowFault.None || TryParseTail(fields, out tail) ? fault : RowFault.TwoRows;
    }

    /// <summary>False where another row follows: a slot's colon, or an address.</summary>
    private static bool TryParseTail(FieldCursor fields, out int count)
    {
        count = 0;
        byte before = (byte)' ';
        foreach (byte character in fields.Rest)
        {
            count += before is (byte)' ' or (byte)'\t' && character is not ((byte)' ' or (byte)'\t') ? 1 : 0;
            before = character;
        }

        if (fields.Rest.Contains((byte)':'))
        {
            while (fields.TryNext(out ReadOnlySpan<byte> field))
            {
                if (field[^1] == (byte)':' || ProcNetAddress.TryParse(field, out _, out _))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static RowFault TryParseOwner(ref FieldCursor fields, ref ProcNetTcpRow row)
    {
        if (!fields.TryNext(out ReadOnlySpan<byte> field) || !TryParseUid(field, out row.Uid))
        {
            return RowFault.Uid;
        }

        if (!fields.TryNext(out field) || !AsciiNumber.TryDecimal(field, out _))
        {
            return RowFault.Timeout;
        }

        if (!fields.TryNext(out field) || !AsciiNumber.TryDecimal(field, out row.Inode))
        {
            return RowFault.Inode;
        }

        return RowFault.None;
    }

    /// <summary>Kernels before 3.x print the uid by <c>%5d</c>, so that one above 2^31 (nobody, on some systems) is negative.</summary>
    private static bool TryParseUid(ReadOnlySpan<byte> field, out ulong uid)
    {
        if (field[0] != (byte)'-')
        {
            return AsciiNumber.TryDecimal(field, out uid);
        }

        bool parsed = AsciiNumber.TryDecimal(field[1..], out ulong magnitude) && magnitude <= 1UL << 31;
        uid = (uint)(0 - magnitude);
        return parsed;
    }

    private static bool TryParseSlot(ReadOnlySpan<byte> field, out long slot)
    {
        slot = 0;
        if (field.Length < 2 || field[^1] != (byte)':' || !AsciiNumber.TryDecimal(field[..^1], out ulong value))
        {
            return false;
        }

        slot = (long)value;
        return slot >= 0;
    }

    private static bool TryParsePair(ReadOnlySpan<byte> field, out ulong first, out ulong second)
    {
        int colon = field.IndexOf((byte)':');
        if (colon < 0)
        {
            first = second = 0;
            return false;
        }

        bool parsed = AsciiNumber.TryHex(field[..colon], out first);
        return AsciiNumber.TryHex(field[(colon + 1)..], out second) && parsed;
    }
}
