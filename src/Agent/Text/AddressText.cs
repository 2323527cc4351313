namespace Agent.Text;

/// <summary>An address as <c>ss</c> and <c>inet_ntop</c> write it. Allocates nothing.</summary>
internal static class AddressText
{
    /// <summary>Enough for a mapped address in brackets, a colon and a port.</summary>
    public const int MaxLength = 64;

    private static ReadOnlySpan<char> Mapped => "::ffff:";

    /// <summary>Writes the address; returns the number of characters.</summary>
    /// <remarks>The platform writes ::ffff:0.0.0.0, the address that mapped sockets are bound to, as ::ffff:0:0.</remarks>
    public static int Write(IPAddress address, Span<char> target)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.IsIPv4MappedToIPv6 || !address.TryWriteBytes(bytes, out _))
        {
            _ = address.TryFormat(target, out int whole);
            return whole;
        }

        _ = target.TryWrite(
            CultureInfo.InvariantCulture, $"{Mapped}{bytes[12]}.{bytes[13]}.{bytes[14]}.{bytes[15]}", out int length);
        return length;
    }

    /// <summary>Writes address and port, an IPv6 address in brackets.</summary>
    public static int Write(IPEndPoint endPoint, Span<char> target)
    {
        bool isIpv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        int length = 0;
        if (isIpv6)
        {
            target[length++] = '[';
        }

        length += Write(endPoint.Address, target[length..]);
        if (isIpv6)
        {
            target[length++] = ']';
        }

        target[length++] = ':';
        _ = endPoint.Port.TryFormat(target[length..], out int port, provider: CultureInfo.InvariantCulture);
        return length + port;
    }
}
