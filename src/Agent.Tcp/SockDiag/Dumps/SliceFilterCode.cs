namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// The attribute <c>INET_DIAG_REQ_BYTECODE</c> of a dump that lists only sockets in a <see cref="PortSlice"/>: comparisons of
/// ports, and jumps (net/ipv4/inet_diag.c, <c>inet_diag_bc_run</c>). Code accepts a socket by running to its very end, and
/// leaves it out by jumping past it. Jumps go forward only, so the stripes are searched by a tree.
/// </summary>
internal static class SliceFilterCode
{
    /// <summary>The most that it may take.</summary>
    public const int MaxSize = AttributeHeader + (2 * RangeSize) + (2 * MostInTree);

    private const int AttributeHeader = 4;

    /// <summary><c>struct inet_diag_bc_op</c></summary>
    private const int Operation = 4;

    /// <summary>The operation, and a second one whose <c>no</c> is the port.</summary>
    private const int Comparison = 2 * Operation;

    /// <summary>Two comparisons, and a jump where both hold.</summary>
    private const int RangeSize = (2 * Comparison) + Operation;

    /// <summary>The beginnings and ends of stripes.</summary>
    private const int MostCuts = 2 * PortSlice.MostStripes;

    private const int MostInTree = (MostCuts * Comparison) + ((MostCuts + 1) * Operation);

    // include/uapi/linux/inet_diag.h.
    private const ushort INET_DIAG_REQ_BYTECODE = 1;
    private const byte INET_DIAG_BC_JMP = 1;
    private const byte INET_DIAG_BC_S_GE = 2;
    private const byte INET_DIAG_BC_S_LE = 3;
    private const byte INET_DIAG_BC_D_GE = 4;

    /// <summary>Writes it.</summary>
    /// <returns>Its length; 0 for everything, which needs no filter.</returns>
    public static int Write(Span<byte> buffer, PortSlice slice)
    {
        if (slice.Parts == 1)
        {
            return 0;
        }

        Span<ushort> cuts = stackalloc ushort[MostCuts];
        cuts = cuts[..Cut(slice, cuts)];
        int tree = TreeSize(cuts.Length);
        int local = 2 * RangeSize;
        int remote = local + tree;
        Span<byte> code = buffer.Slice(AttributeHeader, remote + tree);
        MemoryMarshal.Write(buffer, (ushort)(AttributeHeader + code.Length));
        MemoryMarshal.Write(buffer[2..], INET_DIAG_REQ_BYTECODE);
        WriteRange(code, 0, slice.OfService, remote, RangeSize);
        WriteRange(code, RangeSize, slice.Ephemeral, local, remote);
        WriteTree(code, local, INET_DIAG_BC_S_GE, cuts, isInside: false);
        WriteTree(code, remote, INET_DIAG_BC_D_GE, cuts, isInside: false);
        return AttributeHeader + code.Length;
    }

    /// <summary>The ports from which on there is a stripe of the part, or none: by turns, in order.</summary>
    private static int Cut(PortSlice slice, Span<ushort> cuts)
    {
        int count = 0;
        for (int from = slice.Part * slice.Width; from < PortSlice.Ports; from += slice.Parts * slice.Width)
        {
            cuts[count++] = (ushort)from;
            if (from + slice.Width < PortSlice.Ports)
            {
                cuts[count++] = (ushort)(from + slice.Width);
            }
        }

        return count;
    }

    private static int TreeSize(int cuts) => (cuts * Comparison) + ((cuts + 1) * Operation);

    /// <summary>Accepts the ports that are inside, by which of the cuts they are between.</summary>
    private static void WriteTree(Span<byte> code, int at, byte isAtLeast, ReadOnlySpan<ushort> cuts, bool isInside)
    {
        if (cuts.IsEmpty)
        {
            Write(code, at, INET_DIAG_BC_JMP, Operation, isInside ? code.Length : code.Length + Operation);
            return;
        }

        int middle = cuts.Length / 2;
        ReadOnlySpan<ushort> above = cuts[(middle + 1)..];
        int below = at + Comparison + TreeSize(above.Length);
        Compare(code, at, isAtLeast, cuts[middle], below);
        WriteTree(code, at + Comparison, isAtLeast, above, isInside ^ (middle % 2 == 0));
        WriteTree(code, below, isAtLeast, cuts[..middle], isInside);
    }

    /// <summary>Goes to one place where the local port is in the range, and to another where it is not.</summary>
    private static void WriteRange(Span<byte> code, int at, PortRange range, int inside, int outside)
    {
        // Nothing is at least 1 and at most 0.
        (int least, int greatest) = range.IsEmpty ? (1, 0) : (range.From, range.To - 1);
        Compare(code, at, INET_DIAG_BC_S_GE, least, outside);
        Compare(code, at + Comparison, INET_DIAG_BC_S_LE, greatest, outside);
        Write(code, at + (2 * Comparison), INET_DIAG_BC_JMP, Operation, inside);
    }

    private static void Compare(Span<byte> code, int at, byte operation, int port, int otherwise)
    {
        Write(code, at, operation, Comparison, otherwise);
        Write(code, at + Operation, 0, 0, at + Operation + port);
    }

    /// <summary><c>inet_diag_bc_audit</c> follows <c>yes</c>, also of a jump, which itself always takes <c>no</c>.</summary>
    private static void Write(Span<byte> code, int at, byte operation, byte yes, int no)
    {
        code[at] = operation;
        code[at + 1] = yes;
        MemoryMarshal.Write(code[(at + 2)..], (ushort)(no - at));
    }
}
