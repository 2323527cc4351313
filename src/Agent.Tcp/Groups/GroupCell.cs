namespace Agent.Tcp.Groups;

/// <summary>
/// A part of a group: its sockets of one state and, where ports are counted, of one local address. In 24 bytes, since a node
/// may have a million peers. Cells of one group are next to each other in order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct GroupCell : IEquatable<GroupCell>
{
    // Number in bits 32 to 63, kind in 24 to 31; then what differs within a group: the local address in 8 to 23, whether the
    // local port is ephemeral in 7, whether only the port counts in 6, the state in 0 to 3.
    private const int NumberShift = 32;
    private const int KindShift = 24;
    private const int LocalShift = 8;
    private const ulong Ephemeral = 1 << 7;
    private const ulong PortOnly = 1 << 6;
    private const ulong StateMask = 0xF;
    private const ulong GroupMask = ulong.MaxValue << KindShift;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ulong _rest;

    /// <summary>A cell.</summary>
    /// <param name="kind">What the group stands for.</param>
    /// <param name="number">A port, PID or uid.</param>
    /// <param name="state">The sockets' state.</param>
    /// <param name="address">The peer; its port is not looked at.</param>
    /// <param name="local">The number of the local address, where ports are counted.</param>
    /// <param name="isEphemeral">The local port is one of the namespace's ephemeral ports.</param>
    public GroupCell(
        GroupKind kind, uint number, TcpState state, SocketEnd address = default, ushort local = 0, bool isEphemeral = false)
        : this(
            address.High,
            address.Low,
            ((ulong)number << NumberShift) | ((ulong)kind << KindShift) | ((ulong)local << LocalShift) | (isEphemeral ? Ephemeral : 0) | (ulong)state)
    {
    }

    private GroupCell(ulong high, ulong low, ulong rest) => (_high, _low, _rest) = (high, low, rest);

    public GroupKind Kind => (GroupKind)(byte)(_rest >> KindShift);

    public uint Number => (uint)(_rest >> NumberShift);

    public SocketEnd Address => new(_high, _low, (ushort)Number);

    public TcpState State => (TcpState)(_rest & StateMask);

    public ushort Local => (ushort)(_rest >> LocalShift);

    public bool IsEphemeral => (_rest & Ephemeral) != 0;

    /// <summary>Its sockets are in states that were not asked for: they count for the ports in use toward the peer alone.</summary>
    public bool IsPortOnly => (_rest & PortOnly) != 0;

    /// <summary>The same of all states that were not asked for.</summary>
    public GroupCell OnlyPort => new(_high, _low, (_rest & ~StateMask) | PortOnly);

    /// <summary>The group, without what differs within it.</summary>
    public GroupCell Group => new(_high, _low, _rest & GroupMask);

    /// <summary>Where the sockets are counted when there is no room for the cell.</summary>
    public GroupCell Beyond => new(Kind.Others(), 0, State);

    public bool IsOfSameGroup(GroupCell other) =>
        _high == other._high && _low == other._low && (_rest & GroupMask) == (other._rest & GroupMask);

    public bool Equals(GroupCell other) => _high == other._high && _low == other._low && _rest == other._rest;

    public override bool Equals(object? obj) => obj is GroupCell other && Equals(other);

    /// <summary>Seeded anew in each process: peers choose their addresses.</summary>
    public override int GetHashCode() => HashCode.Combine(_high, _low, _rest);

    /// <summary>The order in which cells of one group are next to each other.</summary>
    public static int Compare(in GroupCell left, in GroupCell right)
    {
        int order = left._high.CompareTo(right._high);
        order = order != 0 ? order : left._low.CompareTo(right._low);
        return order != 0 ? order : left._rest.CompareTo(right._rest);
    }
}
