using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Agent.Tcp.Interop;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>Netlink messages as a kernel makes them, in answer to one request.</summary>
internal sealed class DiagMessages(uint sequence, uint port)
{
    public byte[] Socket(
        TcpState state, string local = "127.0.0.1", string remote = "127.0.0.1", ushort flags = 2, byte[]? attributes = null) =>
        Socket((byte)state, AddressFamily(local), local, remote, flags, attributes);

    /// <summary>An established connection of these ports.</summary>
    public byte[] Socket(ushort localPort, ushort remotePort, byte[] attributes)
    {
        byte[] message = Socket(TcpState.Established, attributes: attributes);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(NlMsgHdr.Size + 4), localPort);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(NlMsgHdr.Size + 6), remotePort);
        return message;
    }

    public byte[] Socket(
        byte code, byte family, string local, string remote, ushort flags = 2, byte[]? attributes = null)
    {
        var message = new InetDiagMsg { idiag_family = family, idiag_state = code };
        message.id.idiag_src = Address(local);
        message.id.idiag_dst = Address(remote);
        var payload = new byte[InetDiagMsg.Size];
        MemoryMarshal.Write(payload, in message);
        return Message(InetDiag.TCPDIAG_GETSOCK, [.. payload, .. attributes ?? []], flags);
    }

    public byte[] Done(int result = 0, ushort flags = 2) => Message(Netlink.NLMSG_DONE, Bytes(result), flags);

    /// <summary>The end as kernels before 4.13 say it: without a payload.</summary>
    public byte[] BareDone() => Message(Netlink.NLMSG_DONE, [], 2);

    public byte[] Error(int error) => Message(Netlink.NLMSG_ERROR, [.. Bytes(-error), .. new byte[16]], 0);

    public byte[] Message(ushort type, byte[] payload, ushort flags)
    {
        var header = new NlMsgHdr
        {
            nlmsg_len = (uint)(NlMsgHdr.Size + payload.Length),
            nlmsg_type = type,
            nlmsg_flags = flags,
            nlmsg_seq = sequence,
            nlmsg_pid = port,
        };
        var message = new byte[Netlink.Align(NlMsgHdr.Size + payload.Length)];
        MemoryMarshal.Write(message, in header);
        payload.CopyTo(message, NlMsgHdr.Size);
        return message;
    }

    public static byte[] Attribute(ushort type, params byte[] value)
    {
        var attribute = new byte[Netlink.Align(4 + value.Length)];
        BitConverter.TryWriteBytes(attribute, (ushort)(4 + value.Length));
        BitConverter.TryWriteBytes(attribute.AsSpan(2), type);
        value.CopyTo(attribute, 4);
        return attribute;
    }

    public static byte[] Datagram(params byte[][] messages) => [.. messages.SelectMany(message => message)];

    private static byte[] Bytes(int value) => BitConverter.GetBytes(value);

    private static byte AddressFamily(string address) =>
        address.Contains(':', StringComparison.Ordinal) ? InetDiag.AF_INET6 : InetDiag.AF_INET;

    private static InetDiagAddress Address(string address)
    {
        var bytes = new byte[16];
        IPAddress.Parse(address).GetAddressBytes().CopyTo(bytes, 0);
        return MemoryMarshal.Read<InetDiagAddress>(bytes);
    }
}
