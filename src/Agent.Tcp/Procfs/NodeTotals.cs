namespace Agent.Tcp.Procfs;

/// <summary>What <c>sockstat</c> says of the whole node, in whichever namespace it is read (<c>TCP: orphan</c>, <c>mem</c>).</summary>
/// <param name="Orphans">Sockets of no process any more, that the kernel still closes; null when not known.</param>
/// <param name="MemoryPages">Pages that TCP's buffers take; null when not known.</param>
internal readonly record struct NodeTotals(long? Orphans, long? MemoryPages)
{
    /// <summary>The same in bytes: the kernel counts in its own pages (net/core/sock.c, <c>sk_memory_allocated</c>).</summary>
    public long? MemoryBytes => MemoryPages * Environment.SystemPageSize;

    public static NodeTotals Of(ReadOnlySpan<byte> sockstat) => new(
        SockstatParser.TryFind(sockstat, "TCP"u8, "orphan"u8, out long orphans) ? orphans : null,
        SockstatParser.TryFind(sockstat, "TCP"u8, "mem"u8, out long pages) ? pages : null);
}
