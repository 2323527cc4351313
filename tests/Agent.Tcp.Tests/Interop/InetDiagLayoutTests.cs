using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Interop;

/// <summary>Sizes and offsets as a C compiler gives them for the kernel's headers.</summary>
public sealed class InetDiagLayoutTests
{
    [Fact]
    public void NlMsgHdr_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<NlMsgHdr>().ShouldBe(16);
        NlMsgHdr.Size.ShouldBe(16);
        Offset<NlMsgHdr>(nameof(NlMsgHdr.nlmsg_len)).ShouldBe(0);
        Offset<NlMsgHdr>(nameof(NlMsgHdr.nlmsg_type)).ShouldBe(4);
        Offset<NlMsgHdr>(nameof(NlMsgHdr.nlmsg_flags)).ShouldBe(6);
        Offset<NlMsgHdr>(nameof(NlMsgHdr.nlmsg_seq)).ShouldBe(8);
        Offset<NlMsgHdr>(nameof(NlMsgHdr.nlmsg_pid)).ShouldBe(12);
    }

    [Fact]
    public void InetDiagSockId_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<InetDiagSockId>().ShouldBe(48);
        InetDiagSockId.Size.ShouldBe(48);
        Unsafe.SizeOf<InetDiagAddress>().ShouldBe(16);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_sport)).ShouldBe(0);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_dport)).ShouldBe(2);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_src)).ShouldBe(4);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_dst)).ShouldBe(20);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_if)).ShouldBe(36);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_cookie0)).ShouldBe(40);
        Offset<InetDiagSockId>(nameof(InetDiagSockId.idiag_cookie1)).ShouldBe(44);
    }

    [Fact]
    public void InetDiagReq_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<InetDiagReq>().ShouldBe(60);
        InetDiagReq.Size.ShouldBe(60);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_family)).ShouldBe(0);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_src_len)).ShouldBe(1);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_dst_len)).ShouldBe(2);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_ext)).ShouldBe(3);
        Offset<InetDiagReq>(nameof(InetDiagReq.id)).ShouldBe(4);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_states)).ShouldBe(52);
        Offset<InetDiagReq>(nameof(InetDiagReq.idiag_dbs)).ShouldBe(56);
    }

    [Fact]
    public void InetDiagReqV2_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<InetDiagReqV2>().ShouldBe(56);
        InetDiagReqV2.Size.ShouldBe(56);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.sdiag_family)).ShouldBe(0);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.sdiag_protocol)).ShouldBe(1);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.idiag_ext)).ShouldBe(2);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.pad)).ShouldBe(3);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.idiag_states)).ShouldBe(4);
        Offset<InetDiagReqV2>(nameof(InetDiagReqV2.id)).ShouldBe(8);
    }

    [Fact]
    public void InetDiagMsg_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<InetDiagMsg>().ShouldBe(72);
        InetDiagMsg.Size.ShouldBe(72);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_family)).ShouldBe(0);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_state)).ShouldBe(1);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_timer)).ShouldBe(2);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_retrans)).ShouldBe(3);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.id)).ShouldBe(4);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_expires)).ShouldBe(52);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_rqueue)).ShouldBe(56);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_wqueue)).ShouldBe(60);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_uid)).ShouldBe(64);
        Offset<InetDiagMsg>(nameof(InetDiagMsg.idiag_inode)).ShouldBe(68);
    }

    [Fact]
    public void SocketCalls_Layout_IsTheKernels()
    {
        Unsafe.SizeOf<SockAddrNl>().ShouldBe(12);
        Offset<SockAddrNl>(nameof(SockAddrNl.nl_pid)).ShouldBe(4);
        Offset<SockAddrNl>(nameof(SockAddrNl.nl_groups)).ShouldBe(8);
        Unsafe.SizeOf<PollFd>().ShouldBe(8);
        Offset<PollFd>(nameof(PollFd.events)).ShouldBe(4);
        Offset<PollFd>(nameof(PollFd.revents)).ShouldBe(6);
    }

    private static int Offset<T>(string field)
        where T : struct => (int)Marshal.OffsetOf<T>(field);
}
