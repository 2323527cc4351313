namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>The two ports of a connection, in host order.</summary>
internal readonly record struct PortPair(ushort Local, ushort Remote);

/// <summary>A rectangle of the plane of local and remote ports, its edges included.</summary>
internal readonly record struct PortCell(ushort LeastLocal, ushort GreatestLocal, ushort LeastRemote, ushort GreatestRemote)
{
    /// <summary>The whole plane.</summary>
    public static PortCell All { get; } = new(0, ushort.MaxValue, 0, ushort.MaxValue);

    /// <summary>Connections in it differ by their addresses alone.</summary>
    public bool IsPair => LeastLocal == GreatestLocal && LeastRemote == GreatestRemote;

    public bool Contains(PortPair pair) =>
        pair.Local >= LeastLocal && pair.Local <= GreatestLocal && pair.Remote >= LeastRemote && pair.Remote <= GreatestRemote;

    /// <summary>Two cells that are this one; the upper begins at <paramref name="port"/>, which is above the least.</summary>
    public (PortCell Lower, PortCell Upper) SplitLocal(ushort port) =>
        (this with { GreatestLocal = (ushort)(port - 1) }, this with { LeastLocal = port });

    /// <inheritdoc cref="SplitLocal"/>
    public (PortCell Lower, PortCell Upper) SplitRemote(ushort port) =>
        (this with { GreatestRemote = (ushort)(port - 1) }, this with { LeastRemote = port });
}

/// <summary>
/// The attribute <c>INET_DIAG_REQ_BYTECODE</c> of a dump that lists only sockets whose ports are in a <see cref="PortCell"/>: four
/// comparisons, each followed by its port (net/ipv4/inet_diag.c, <c>inet_diag_bc_run</c>). One that does not hold jumps past
/// the end, and the socket is left out.
/// </summary>
internal static class PortFilterCode
{
    /// <summary>Its length.</summary>
    public const int Size = AttributeHeader + (4 * Comparison);

    private const int AttributeHeader = 4;

    /// <summary><c>struct inet_diag_bc_op</c></summary>
    private const int Operation = 4;

    /// <summary>The operation, and a second one whose <c>no</c> is the port.</summary>
    private const int Comparison = 2 * Operation;

    // include/uapi/linux/inet_diag.h.
    private const ushort INET_DIAG_REQ_BYTECODE = 1;
    private const byte INET_DIAG_BC_S_GE = 2;
    private const byte INET_DIAG_BC_S_LE = 3;
    private const byte INET_DIAG_BC_D_GE = 4;
    private const byte INET_DIAG_BC_D_LE = 5;

    /// <summary>Writes it.</summary>
    /// <returns>Its length; 0 for the whole plane, which needs no filter.</returns>
    public static int Write(Span<byte> buffer, PortCell cell)
    {
        if (cell == PortCell.All)
        {
            return 0;
        }

        buffer = buffer[..Size];
        buffer.Clear();
        MemoryMarshal.Write(buffer, (ushort)Size);
        MemoryMarshal.Write(buffer[2..], INET_DIAG_REQ_BYTECODE);
        Span<byte> code = buffer[AttributeHeader..];
        code = Compare(code, INET_DIAG_BC_S_GE, cell.LeastLocal);
        code = Compare(code, INET_DIAG_BC_S_LE, cell.GreatestLocal);
        code = Compare(code, INET_DIAG_BC_D_GE, cell.LeastRemote);
        Compare(code, INET_DIAG_BC_D_LE, cell.GreatestRemote);
        return Size;
    }

    private static Span<byte> Compare(Span<byte> code, byte operation, ushort port)
    {
        code[0] = operation;
        code[1] = Comparison;
        MemoryMarshal.Write(code[2..], (ushort)(code.Length + Operation));
        MemoryMarshal.Write(code[(Operation + 2)..], port);
        return code[Comparison..];
    }
}
