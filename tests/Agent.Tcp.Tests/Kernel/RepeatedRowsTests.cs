using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.Procfs;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>A table whose last page is full, and that grows just before the next read: the kernel lists rows twice.</summary>
public sealed class RepeatedRowsTests
{
    /// <summary>A row of <c>tcp</c> is 150 bytes wide, the header too, and a page holds whole rows only.</summary>
    private static readonly int PerPage = Environment.SystemPageSize / 150;

    /// <summary>More rows than fill a page, none at all, and so many that the last page is full again and nothing comes after it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Read_TableGrowsAfterItsLastPageWasFull_CountsEachSocketOnce(int beyondAPage)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using KernelSocket listener = space.Run(() => KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any, backlog: 4 * PerPage));
        int port = listener.LocalPort();
        List<KernelSocket> sockets = [];
        int early = (2 * PerPage) - 1;
        int late = PerPage + beyondAPage;
        space.Run(() => Connect(early));
        bool hasGrown = false;
        var reader = new ProcNetTcpReader(
            new Questions(3, () =>
            {
                hasGrown = true;
                space.Run(() => Connect(late).ForEach(socket => socket.ShutdownWrite()));
            }),
            TimeSpan.FromSeconds(10));
        var counts = new ConnectionCounts();

        TableReadResult result = reader.Read(ProcPath.OfNet("/proc", space.Process, "tcp").Bytes, SocketFamily.Inet, counts);

        hasGrown.ShouldBeTrue("the table did not fill its two pages");
        result.Failure.ShouldBe(ReadFailure.None);
        counts[TcpSocketKind.Ipv4Inet, TcpState.Established].ShouldBe(early);
        (counts[TcpSocketKind.Ipv4Inet, TcpState.FinWait1] + counts[TcpSocketKind.Ipv4Inet, TcpState.FinWait2]).ShouldBe(late);
        sockets.ForEach(socket => socket.Dispose());

        // The other end of each is of AF_INET6, and so stands in tcp6.
        List<KernelSocket> Connect(int count)
        {
            for (int connection = 0; connection < count; connection++)
            {
                sockets.Add(KernelSocket.Create(SocketFamily.Inet));

                // To addresses of their own: since 6.15 neighbouring local ports stand side by side in the kernel's hash.
                sockets[^1].Connect(new IPEndPoint(new IPAddress([127, 0, (byte)(1 + (sockets.Count / 250)), (byte)(sockets.Count % 250)]), port));
            }

            return sockets[^count..];
        }
    }

    /// <summary>The reader asks for the time when it begins, and after each full page.</summary>
    private sealed class Questions(int hooked, Action hook) : TimeProvider
    {
        private int _asked;

        public override long GetTimestamp()
        {
            if (++_asked == hooked)
            {
                hook();
            }

            return base.GetTimestamp();
        }
    }
}
