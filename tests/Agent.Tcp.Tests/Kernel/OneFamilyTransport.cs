using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>A real socket that refuses the request for both families, as a kernel does that does not know it.</summary>
internal sealed class OneFamilyTransport(NetlinkTransport inner) : ISockDiagTransport
{
    public bool IsOpen => inner.IsOpen;

    public uint Port => inner.Port;

    public int Open() => inner.Open();

    public void Close() => inner.Close();

    public int Send(ReadOnlySpan<byte> request) =>
        MemoryMarshal.Read<NlMsgHdr>(request).nlmsg_type == InetDiag.TCPDIAG_GETSOCK
            ? -Errno.EOPNOTSUPP
            : inner.Send(request);

    public int Receive(Span<byte> buffer, out uint sender) => inner.Receive(buffer, out sender);

    public int Wait(TimeSpan time) => inner.Wait(time);

    public void Dispose() => inner.Dispose();
}
