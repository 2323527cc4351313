namespace Agent.Tcp.SockDiag.Counting;

/// <summary>One kind of the established AF_INET6 sockets, as it was listed; the other kind is the rest.</summary>
/// <param name="IsMapped">Which: those with IPv4-mapped addresses, or those without.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Inet6Part(bool IsMapped, long Count);
