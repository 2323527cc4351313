using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A packet filter on one socket (<c>SO_ATTACH_FILTER</c>, classic BPF): the kernel drops a segment before TCP sees it
/// (<c>tcp_filter</c> in net/ipv4/tcp_ipv4.c). So one end of a connection is made deaf at a chosen moment, which brings
/// about the states that last only as long as an answer is missing. No firewall, no tool, no privilege.
/// </summary>
internal static unsafe class SocketFilter
{
    /// <summary><c>BPF_RET | BPF_K</c>: keeps that many bytes; 0 drops.</summary>
    private static readonly Instruction Drop = new(0x06, 0, 0, 0);
    private static readonly Instruction Keep = new(0x06, 0, 0, uint.MaxValue);

    /// <summary><c>BPF_LD | BPF_B | BPF_ABS</c>: the byte of the TCP header that holds the flags.</summary>
    private static readonly Instruction LoadFlags = new(0x30, 0, 0, 13);

    /// <summary><c>BPF_JMP | BPF_JSET | BPF_K</c>: skips one instruction unless the SYN flag is set.</summary>
    private static readonly Instruction IfSyn = new(0x45, 0, 1, 0x02);

    /// <summary>The socket hears nothing any more. It keeps the filter when it is closed and lives on as an orphan.</summary>
    public static void DropAll(KernelSocket socket) => Attach(socket, [Drop]);

    /// <summary>A listener hears requests but never the ACK that completes them.</summary>
    public static void DropAllButSyn(KernelSocket socket) => Attach(socket, [LoadFlags, IfSyn, Keep, Drop]);

    private static void Attach(KernelSocket socket, Instruction[] instructions)
    {
        fixed (Instruction* pointer = instructions)
        {
            var program = new Program { len = (ushort)instructions.Length, filter = pointer };
            KernelCalls.Checked(
                KernelCalls.setsockopt(
                    socket.Descriptor, SocketConstants.SocketLevel, SocketConstants.AttachFilter, &program, sizeof(Program)),
                "setsockopt(SO_ATTACH_FILTER)");
        }
    }

    /// <summary><c>struct sock_filter</c>, linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte jt, byte jf, uint k)
    {
        public readonly ushort Code = code;
        public readonly byte Jt = jt;
        public readonly byte Jf = jf;
        public readonly uint K = k;
    }

    /// <summary><c>struct sock_fprog</c>, linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort len;
        public Instruction* filter;
    }
}
