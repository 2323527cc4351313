namespace Agent.Tcp.Procfs;

/// <summary>What <c>sockstat</c> says of the whole node, in whichever namespace it is read (<c>TCP: orphan</c>, <c>mem</c>).</summary>
/// <param name="Orphans">Sockets of no process any more, that the kernel still closes; null when not known.</param>
/// <param name="MemoryBytes">Memory that TCP's buffers take; null when it, or its <see cref="MemoryUnit"/>, is not known.</param>
internal readonly record struct NodeTotals(long? Orphans, long? MemoryBytes)
{
    public static NodeTotals Of(ReadOnlySpan<byte> sockstat, long? memoryUnit) => new(
        SockstatParser.TryFind(sockstat, "TCP"u8, "orphan"u8, out long orphans) ? orphans : null,
        SockstatParser.TryFind(sockstat, "TCP"u8, "mem"u8, out long units) ? units * memoryUnit : null);
}
