namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// The attribute <c>INET_DIAG_REQ_BYTECODE</c> of a dump that lists only sockets whose peer is IPv4-mapped, or only those
/// whose peer is not: one host condition of family AF_INET and prefix 0, which net/ipv4/inet_diag.c,
/// <c>inet_diag_bc_run</c>, holds against the last word of an AF_INET6 socket's mapped address, and so against nothing of it.
/// </summary>
/// <remarks>
/// Code accepts a socket by running to its very end. <c>inet_diag_bc_audit</c> wants the way of conditions that hold to end
/// there, so the opposite cannot be had by exchanging <c>yes</c> and <c>no</c>: a jump past the end stands on that way.
/// </remarks>
internal static class PeerFilterCode
{
    /// <summary>The longest.</summary>
    public const int MaxSize = AttributeHeader + Condition + Operation;

    private const int AttributeHeader = 4;

    /// <summary><c>struct inet_diag_bc_op</c></summary>
    private const int Operation = 4;

    /// <summary>The operation, its <c>inet_diag_hostcond</c>, and in that an address of AF_INET.</summary>
    private const int Condition = Operation + 8 + 4;

    /// <summary>include/uapi/linux/inet_diag.h.</summary>
    private const ushort INET_DIAG_REQ_BYTECODE = 1;

    private const byte INET_DIAG_BC_JMP = 1;
    private const byte INET_DIAG_BC_D_COND = 8;

    /// <summary>Writes it.</summary>
    /// <returns>Its length; 0 for no filter.</returns>
    public static int Write(Span<byte> buffer, PeerFilter filter)
    {
        if (filter == PeerFilter.None)
        {
            return 0;
        }

        int code = filter == PeerFilter.Mapped ? Condition : Condition + Operation;
        buffer = buffer[..(AttributeHeader + code)];
        buffer.Clear();
        MemoryMarshal.Write(buffer, (ushort)buffer.Length);
        MemoryMarshal.Write(buffer[2..], INET_DIAG_REQ_BYTECODE);
        Span<byte> condition = buffer[AttributeHeader..];

        // Where it does not hold: past the end, or to it.
        WriteOperation(condition, INET_DIAG_BC_D_COND, Condition, filter == PeerFilter.Mapped ? code + Operation : code);
        condition[Operation] = InetDiag.AF_INET;

        // Any port. The prefix length, behind the family, and the address, which comes last, stay 0.
        BinaryPrimitives.WriteInt32LittleEndian(condition[(Operation + 4)..], -1);
        if (filter == PeerFilter.Unmapped)
        {
            WriteOperation(condition[Condition..], INET_DIAG_BC_JMP, Operation, 2 * Operation);
        }

        return buffer.Length;
    }

    private static void WriteOperation(Span<byte> buffer, byte code, int yes, int no)
    {
        buffer[0] = code;
        buffer[1] = (byte)yes;
        MemoryMarshal.Write(buffer[2..], (ushort)no);
    }
}

/// <summary>Which AF_INET6 sockets a dump lists, by their peer's address.</summary>
internal enum PeerFilter : byte
{
    None = 0,

    /// <summary>Those with an IPv4-mapped one.</summary>
    Mapped,

    /// <summary>The others.</summary>
    Unmapped,
}
