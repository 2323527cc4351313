using Agent.Tcp.Totals;

namespace Agent.Tcp.Ports;

/// <summary>
/// Reads the ephemeral ports of a namespace. Where another one may not be entered, its ports are not known. Not thread-safe.
/// </summary>
internal sealed class EphemeralPortReader
{
    /// <summary>Enough for most. The kernel allocates as much for each read, so that a larger one costs four times as long.</summary>
    private const int BufferSize = 4 * 1024;

    /// <summary>Enough for every second port of the range, in the form <c>10001,10003,…</c>.</summary>
    private const int LargeBufferSize = 256 * 1024;

    private const int RangeSize = 64;

    private static readonly ProcPath Range = NamespaceSysctls.OfIpv4("ip_local_port_range");
    private static readonly ProcPath Reserved = NamespaceSysctls.OfIpv4("ip_local_reserved_ports");

    private SmallFile _file = new(BufferSize);
    private bool _isLarge;

    /// <summary>Null where they cannot be read.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="last">What was read before; returned again where nothing has changed, so that nothing is allocated.</param>
    public EphemeralPorts? Read(TcpNamespace space, EphemeralPorts? last = null)
    {
        (int range, int reserved) = NamespaceSysctls.Open(space, Range, Reserved);
        bool areOpen = range >= 0 && reserved >= 0;
        Span<byte> ends = stackalloc byte[RangeSize];
        ReadOnlySpan<byte> text = _file.Read(range, out int error);
        bool isRead = areOpen && error == 0 && text.Length <= ends.Length && text.TryCopyTo(ends);
        int length = text.Length;
        text = _file.Read(reserved, out error);
        if (text.Length == BufferSize && !_isLarge)
        {
            (_file, _isLarge) = (new SmallFile(LargeBufferSize), true);
            return Read(space, last);
        }

        return !isRead || error != 0 ? null
            : last is not null && last.AreOf(ends[..length], text) ? last
            : EphemeralPorts.Parse(ends[..length], text);
    }
}
