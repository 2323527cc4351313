using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;

namespace Agent.Tcp.SockDiag;

/// <summary>
/// Tells which network namespace a socket opened by this thread would see: the <c>st_ino</c> of the thread's own
/// <c>net/tcp</c>, which is the same through every mount of procfs.
/// </summary>
/// <remarks>
/// <c>thread-self</c> leads to the caller or, in a procfs of a PID namespace that does not hold it, nowhere; never to
/// another process. Without procfs at <c>/proc</c>, the proc root may still know the caller.
/// </remarks>
internal sealed class OwnNamespace(string procRoot)
{
    private const string Self = "thread-self";

    private readonly ProcPath _table = ProcPath.OfNet(TcpInstrumentationOptions.DefaultProcRoot, Self, "tcp");
    private readonly ProcPath _tableUnderRoot = ProcPath.OfNet(procRoot, Self, "tcp");

    /// <summary>The inode, 0 when it cannot be told.</summary>
    public ulong Inode()
    {
        ulong inode = Libc.Inode(_table.Bytes);
        return inode != 0 ? inode : Libc.Inode(_tableUnderRoot.Bytes);
    }
}
