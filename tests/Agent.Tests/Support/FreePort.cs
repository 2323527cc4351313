using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Support;

/// <summary>
/// A loopback port that nothing listens on, for programs that cannot be told to choose one. Each is given once, and is none of those
/// that the kernel hands out: no test that runs meanwhile gets it.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;

    /// <summary>Where those of the kernel begin (net.ipv4.ip_local_port_range).</summary>
    private const int End = 32_768;

    private static int _last = Random.Shared.Next(First, End);

    public static int Next()
    {
        while (true)
        {
            int port = First + (Interlocked.Increment(ref _last) % (End - First));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody's; the next one.
            }
        }
    }
}
