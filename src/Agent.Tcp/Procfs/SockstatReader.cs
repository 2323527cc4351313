using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Procfs;

/// <summary>Reads the totals of a namespace. Allocates nothing. Not thread-safe.</summary>
internal sealed class SockstatReader
{
    /// <summary>Both files have a few lines of a few dozen characters.</summary>
    private const int BufferSize = 4096;

    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>False when they cannot be told; then the tables must be read.</summary>
    public bool TryRead(TcpNamespace space, out SocketTotals totals)
    {
        totals = default;
        ReadOnlySpan<byte> text = Text(space.Sockstat, out _);
        if (!SockstatParser.TryFind(text, "TCP"u8, "inuse"u8, out long inet)
            || !SockstatParser.TryFind(text, "TCP"u8, "tw"u8, out long timeWait))
        {
            return false;
        }

        ReadOnlySpan<byte> text6 = Text(space.Sockstat6, out int error);
        if (SockstatParser.TryFind(text6, "TCP6"u8, "inuse"u8, out long inet6))
        {
            totals = new SocketTotals(inet, timeWait, inet6);
            return true;
        }

        // A kernel without IPv6 has no such file; a process that has just ended has none either.
        totals = new SocketTotals(inet, timeWait, null);
        return error == Errno.ENOENT && Libc.Inode(space.Sockstat.Bytes) != 0;
    }

    private ReadOnlySpan<byte> Text(ProcPath path, out int error)
    {
        error = 0;
        int descriptor = Libc.Open(path.Bytes);
        if (descriptor < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return default;
        }

        nint read = Libc.Read(descriptor, _buffer);
        Libc.Close(descriptor);
        return _buffer.AsSpan(0, (int)Math.Max(read, 0));
    }
}
