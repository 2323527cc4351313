using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class NetlinkTransportTests
{
    [Fact]
    public void Open_AfterDispose_IsRefused()
    {
        var transport = new NetlinkTransport();
        transport.Open().ShouldBe(0);
        transport.Dispose();

        transport.Open().ShouldBe(-Errno.EBADF);
        transport.IsOpen.ShouldBeFalse();
    }
}
