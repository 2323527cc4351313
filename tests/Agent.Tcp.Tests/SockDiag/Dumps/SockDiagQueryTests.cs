using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class SockDiagQueryTests
{
    [Fact]
    public void Write_BothFamilies_IsOneCompatDump()
    {
        byte[] buffer = Dirty();
        int length = new SockDiagQuery(null, StateMask.Procfs).Write(buffer, sequence: 7);

        length.ShouldBe(76);
        Header(buffer).ShouldBe((76u, (ushort)18, (ushort)0x301, 7u, 0u));
        InetDiagReq request = MemoryMarshal.Read<InetDiagReq>(buffer.AsSpan(16));
        request.idiag_states.ShouldBe(0x1FFEu);
        request.idiag_ext.ShouldBe((byte)0);
        request.id.ShouldBe(default);
        request.idiag_dbs.ShouldBe(0u);
    }

    [Theory]
    [InlineData(SocketFamily.Inet, 2)]
    [InlineData(SocketFamily.Inet6, 10)]
    public void Write_OneFamily_IsADumpByFamily(SocketFamily family, byte addressFamily)
    {
        byte[] buffer = Dirty();
        int length = new SockDiagQuery(family, StateMask.BoundInactive).Write(buffer, sequence: 8);

        length.ShouldBe(72);
        Header(buffer).ShouldBe((72u, (ushort)20, (ushort)0x301, 8u, 0u));
        InetDiagReqV2 request = MemoryMarshal.Read<InetDiagReqV2>(buffer.AsSpan(16));
        request.sdiag_family.ShouldBe(addressFamily);
        request.sdiag_protocol.ShouldBe((byte)6);
        request.idiag_states.ShouldBe(0x2000u);
        request.idiag_ext.ShouldBe((byte)0);
        request.id.ShouldBe(default);
    }

    [Fact]
    public void Write_WithInfo_AsksForTcpInfoByEitherRequest()
    {
        byte[] buffer = Dirty();
        new SockDiagQuery(null, StateMask.Procfs, WithInfo: true).Write(buffer, sequence: 9);
        MemoryMarshal.Read<InetDiagReq>(buffer.AsSpan(16)).idiag_ext.ShouldBe((byte)2);

        new SockDiagQuery(SocketFamily.Inet, StateMask.Procfs, WithInfo: true).Write(buffer, sequence: 9);
        MemoryMarshal.Read<InetDiagReqV2>(buffer.AsSpan(16)).idiag_ext.ShouldBe((byte)2);
    }

    [Fact]
    public void StateMasks_AskForWhatTheyName()
    {
        for (int code = 1; code <= 12; code++)
        {
            (StateMask.Procfs & (1u << code)).ShouldNotBe(0u);
        }

        (StateMask.Procfs & StateMask.BoundInactive).ShouldBe(0u);
        StateMask.BoundInactive.ShouldBe(1u << 13);

        // Bound sockets come under the code of TCP_CLOSE: both together could not be told apart.
        StateMask.WithBoundInactive.ShouldBe((StateMask.Procfs | (1u << 13)) & ~(1u << 7));
    }

    private static byte[] Dirty()
    {
        var buffer = new byte[SockDiagQuery.MaxLength];
        Array.Fill(buffer, (byte)0xA5);
        return buffer;
    }

    private static (uint Length, ushort Type, ushort Flags, uint Sequence, uint Pid) Header(byte[] buffer)
    {
        NlMsgHdr header = MemoryMarshal.Read<NlMsgHdr>(buffer);
        return (header.nlmsg_len, header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq, header.nlmsg_pid);
    }
}
