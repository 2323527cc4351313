namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// The attribute <c>INET_DIAG_REQ_BYTECODE</c> of a dump that lists only sockets in a <see cref="PortSlice"/>: comparisons of
/// ports, and jumps (net/ipv4/inet_diag.c, <c>inet_diag_bc_run</c>). Code accepts a socket by running to its very end, and
/// leaves it out by jumping past it.
/// </summary>
internal static class SliceFilterCode
{
    /// <summary>Its length.</summary>
    public const int Size = AttributeHeader + CodeSize;

    private const int AttributeHeader = 4;

    /// <summary><c>struct inet_diag_bc_op</c></summary>
    private const int Operation = 4;

    /// <summary>The operation, and a second one whose <c>no</c> is the port.</summary>
    private const int Comparison = 2 * Operation;

    /// <summary>Two comparisons, and a jump where both hold.</summary>
    private const int RangeSize = (2 * Comparison) + Operation;

    private const int CodeSize = (5 * RangeSize) - Operation;
    private const int Accept = CodeSize;
    private const int Refuse = CodeSize + Operation;

    // include/uapi/linux/inet_diag.h.
    private const ushort INET_DIAG_REQ_BYTECODE = 1;
    private const byte INET_DIAG_BC_JMP = 1;
    private const byte INET_DIAG_BC_S_GE = 2;
    private const byte INET_DIAG_BC_S_LE = 3;
    private const byte INET_DIAG_BC_D_GE = 4;
    private const byte INET_DIAG_BC_D_LE = 5;

    /// <summary>Writes it.</summary>
    /// <returns>Its length; 0 for everything, which needs no filter.</returns>
    public static int Write(Span<byte> buffer, PortSlice slice)
    {
        if (slice.Parts == 1)
        {
            return 0;
        }

        buffer = buffer[..Size];
        buffer.Clear();
        MemoryMarshal.Write(buffer, (ushort)Size);
        MemoryMarshal.Write(buffer[2..], INET_DIAG_REQ_BYTECODE);
        Span<byte> code = buffer[AttributeHeader..];
        WriteRange(code, 0, isLocal: true, slice.Ephemeral, Accept, RangeSize);
        WriteRange(code, RangeSize, isLocal: true, new PortRange(slice.First, slice.Last + 1), Refuse, 2 * RangeSize);
        WriteRange(code, 2 * RangeSize, isLocal: false, slice.Ephemeral, Accept, 3 * RangeSize);
        WriteRange(code, 3 * RangeSize, isLocal: false, slice.Below, Accept, 4 * RangeSize);
        WriteRange(code, 4 * RangeSize, isLocal: false, slice.Above, Accept, Refuse);
        return Size;
    }

    /// <summary>Goes to one place where the port is in the range, and to another where it is not.</summary>
    private static void WriteRange(Span<byte> code, int at, bool isLocal, PortRange range, int inside, int outside)
    {
        // Nothing is at least 1 and at most 0.
        (int least, int greatest) = range.IsEmpty ? (1, 0) : (range.From, range.To - 1);
        Compare(code, at, isLocal ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, least, outside);
        Compare(code, at + Comparison, isLocal ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE, greatest, outside);
        int jump = at + (2 * Comparison);
        if (jump < CodeSize)
        {
            Write(code, jump, INET_DIAG_BC_JMP, Operation, inside);
        }
    }

    private static void Compare(Span<byte> code, int at, byte operation, int port, int otherwise)
    {
        Write(code, at, operation, Comparison, otherwise);
        MemoryMarshal.Write(code[(at + Operation + 2)..], (ushort)port);
    }

    /// <summary><c>inet_diag_bc_audit</c> follows <c>yes</c>, also of a jump, which itself always takes <c>no</c>.</summary>
    private static void Write(Span<byte> code, int at, byte operation, byte yes, int no)
    {
        code[at] = operation;
        code[at + 1] = yes;
        MemoryMarshal.Write(code[(at + 2)..], (ushort)(no - at));
    }
}
