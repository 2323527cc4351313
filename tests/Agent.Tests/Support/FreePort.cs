using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Support;

/// <summary>A loopback port that nothing listens on, for programs that cannot be told to choose one.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
