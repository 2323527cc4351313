using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// The attribute <c>INET_DIAG_REQ_BYTECODE</c> of a dump that lists only sockets with an IPv4-mapped peer: one host condition
/// of family AF_INET and prefix 0, which net/ipv4/inet_diag.c, <c>inet_diag_bc_run</c>, holds against the last word of an
/// AF_INET6 socket's mapped address, and so against nothing of it.
/// </summary>
internal static class MappedFilter
{
    /// <summary><c>struct nlattr</c>, <c>inet_diag_bc_op</c> and <c>inet_diag_hostcond</c> with an address of AF_INET.</summary>
    public const int Size = AttributeHeader + Code;

    private const int AttributeHeader = 4;
    private const int Operation = 4;
    private const int Code = Operation + 8 + 4;

    /// <summary>include/uapi/linux/inet_diag.h.</summary>
    private const ushort INET_DIAG_REQ_BYTECODE = 1;

    private const byte INET_DIAG_BC_D_COND = 8;

    /// <summary>Past the end: the socket is not listed.</summary>
    private const ushort Reject = Code + 4;

    public static void Write(Span<byte> buffer)
    {
        buffer = buffer[..Size];
        buffer.Clear();
        MemoryMarshal.Write(buffer, (ushort)Size);
        MemoryMarshal.Write(buffer[2..], INET_DIAG_REQ_BYTECODE);
        Span<byte> operation = buffer[AttributeHeader..];
        operation[0] = INET_DIAG_BC_D_COND;
        operation[1] = Code;
        MemoryMarshal.Write(operation[2..], Reject);
        Span<byte> condition = operation[Operation..];
        condition[0] = InetDiag.AF_INET;

        // Any port. The prefix length, in byte 1, and the address, which comes last, stay 0.
        BinaryPrimitives.WriteInt32LittleEndian(condition[4..], -1);
    }
}
