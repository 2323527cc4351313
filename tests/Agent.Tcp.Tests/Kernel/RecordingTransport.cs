using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>The kernel's own answers; what it is asked is recorded.</summary>
internal sealed class RecordingTransport(ISockDiagTransport inner) : ISockDiagTransport
{
    private int _dumps;
    private int _lookups;

    public bool IsOpen => inner.IsOpen;

    public uint Port => inner.Port;

    /// <summary>The filter of the last dump of one family, by its length.</summary>
    public PeerFilter Filter { get; private set; }

    public int Open() => inner.Open();

    public void Close() => inner.Close();

    public void Dispose() => inner.Dispose();

    public int Send(ReadOnlySpan<byte> request)
    {
        NlMsgHdr header = MemoryMarshal.Read<NlMsgHdr>(request);
        bool isDump = (header.nlmsg_flags & Netlink.NLM_F_DUMP) != 0;
        _dumps += isDump ? 1 : 0;
        _lookups += isDump ? 0 : 1;
        if (isDump && header.nlmsg_type == InetDiag.SOCK_DIAG_BY_FAMILY)
        {
            Filter = FilterOf(request.Length - NlMsgHdr.Size - InetDiagReqV2.Size);
        }

        return inner.Send(request);
    }

    public int Receive(Span<byte> buffer, out uint sender) => inner.Receive(buffer, out sender);

    public int Wait(TimeSpan time) => inner.Wait(time);

    private static PeerFilter FilterOf(int length) => Enum.GetValues<PeerFilter>()
        .Single(filter => length == PeerFilterCode.Write(new byte[PeerFilterCode.MaxSize], filter));

    /// <summary>What was asked since this was last called: dumps, each a walk of the kernel's hash, and datagrams of lookups.</summary>
    public (int Dumps, int Lookups) Asked()
    {
        (int Dumps, int Lookups) asked = (_dumps, _lookups);
        _dumps = _lookups = 0;
        return asked;
    }
}
