using System.Buffers.Binary;

namespace Agent.Tcp.SockDiag;

/// <summary>What one socket of a dump tells beside its state. Pure.</summary>
internal static class InetDiagSignals
{
    public static void Add(ref readonly InetDiagMsg message, SocketFamily family, TcpState state, SocketSignals signals)
    {
        switch (state)
        {
            case TcpState.Listen:
                signals.Listeners?.Add(family, Port(message.id.idiag_sport), message.idiag_rqueue, message.idiag_wqueue);
                break;
            case TcpState.TimeWait or TcpState.BoundInactive:
                // Neither has queues: a bound socket that was connected before shows what is left of its old numbers.
                break;
            default:
                signals.AddConnection(
                    family, message.idiag_wqueue, message.idiag_rqueue, message.idiag_timer, message.idiag_retrans);
                break;
        }
    }

    /// <summary>From network order.</summary>
    private static ushort Port(ushort port) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
