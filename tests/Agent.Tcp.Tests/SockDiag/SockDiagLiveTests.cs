using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>What only sock_diag has, against this machine's kernel. What it shares with procfs is tested in Kernel.</summary>
public sealed class SockDiagLiveTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public void Read_Inet6Listeners_TellWhetherTheyTakeIpv4()
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using KernelSocket only = space.Run(() => KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any, v6Only: true));
        using KernelSocket dual = space.Run(() => KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any));
        var sink = new V6OnlySink();

        space.Run(() =>
        {
            using var transport = new NetlinkTransport();
            var query = new SockDiagQuery(SocketFamily.Inet6, 1u << (int)TcpState.Listen);
            Reader(transport).Read(query, sink).ShouldBe(default);
        });

        sink.Values.Order().ShouldBe([false, true]);
    }

    [Fact]
    public void Read_ThreadMovedToAnotherNamespace_ReadsTheNewOne()
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using KernelSocket listener = space.Run(() => KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback));
        var first = new TcpNamespace("/proc", "thread-self", NamespaceKind.Other, new OwnNamespace("/proc").Inode());
        TcpNamespace second = space.ToTcpNamespace();
        using var transport = new NetlinkTransport();
        using var source = new SockDiagSource(transport, Reader(transport), new OwnNamespace("/proc"), StateMask.Procfs);
        ReadBy(source, first)[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);

        space.Run(() =>
        {
            // The socket still sees the first one; asked for the second, it is opened anew.
            source.CanSee(first).ShouldBeTrue();
            ReadBy(source, second).Counts.Total.ShouldBe(1);
            source.CanSee(first).ShouldBeFalse();
        });

        source.CanSee(first).ShouldBeTrue();
    }

    private static SockDiagReader Reader(NetlinkTransport transport) => new(transport, TimeProvider.System, Timeout);

    private static Reading ReadBy(SockDiagSource source, TcpNamespace space)
    {
        var reading = new Reading();
        source.Read(space, default, reading);
        reading.Errors.ShouldBeEmpty();
        return reading;
    }

    private sealed class V6OnlySink : ISockDiagSink
    {
        public List<bool?> Values { get; } = [];

        public void Begin() => Values.Clear();

        public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
        {
            Values.Add(InetDiagAttributes.V6Only(attributes));
            return message.idiag_family == InetDiag.AF_INET6;
        }
    }
}
