using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

/// <summary>
/// <c>__be32 idiag_src[4]</c> of <c>struct inet_diag_sockid</c>: 16 bytes in network order; IPv4 uses the first word.
/// Words, not a 64-bit integer: messages are aligned to 4 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InetDiagAddress
{
    /// <summary>0x0000FFFF in network order, as it is read on this machine.</summary>
    private static readonly uint MappedWord = BitConverter.IsLittleEndian ? 0xFFFF0000u : 0x0000FFFFu;

    public uint word0;
    public uint word1;
    public uint word2;
    public uint word3;

    /// <summary>::ffff:a.b.c.d, RFC 4291 section 2.5.5.2. Only asked of AF_INET6 sockets.</summary>
    public readonly bool IsIpv4Mapped => word2 == MappedWord && (word0 | word1) == 0;
}
