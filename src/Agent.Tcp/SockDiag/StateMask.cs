namespace Agent.Tcp.SockDiag;

/// <summary>Values of <c>idiag_states</c>: bit N asks for state N (<c>TCPF_*</c>, include/net/tcp_states.h).</summary>
internal static class StateMask
{
    /// <summary><c>TCPF_BOUND_INACTIVE</c>, from Linux 6.8 on; older kernels ignore the bit.</summary>
    public const uint BoundInactive = 1u << (int)TcpState.BoundInactive;

    /// <summary>Every state that procfs shows: 01 to 0C.</summary>
    public const uint Procfs = 0x1FFE;

    /// <summary>
    /// Those and the bound, inactive sockets, which the kernel shows as 07: so TCP_CLOSE itself is not asked for. None is
    /// lost by that: a socket leaves the hash before it becomes TCP_CLOSE.
    /// </summary>
    public const uint WithBoundInactive = (Procfs & ~(1u << (int)TcpState.Closed)) | BoundInactive;
}
