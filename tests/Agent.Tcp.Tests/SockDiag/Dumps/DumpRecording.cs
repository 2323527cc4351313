using System.Net;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>How each recorded dump is made: sockets in a namespace of its own, and one dump of them.</summary>
internal static class DumpRecording
{
    /// <summary>Each kind in each state once, in one dump.</summary>
    public const string EveryState = "every-state.bin";

    /// <summary>A bound and a listening socket of each AF_INET6 kind, by the request for that family.</summary>
    public const string Inet6Bound = "inet6-bound.bin";

    /// <summary>A kernel that cannot dump the protocol.</summary>
    public const string Refused = "refused.bin";

    /// <summary>More than fits in one datagram.</summary>
    public const string ManyListeners = "listeners-300.bin";

    /// <summary>One connection with what the kernel measured of it: the client sent <see cref="InfoBytes"/> and then FIN.</summary>
    public const string WithInfo = "with-info.bin";

    public const int Listeners = 300;

    public const int InfoBytes = 64 * 1024;

    /// <summary>The client's end alone: it is not established any more.</summary>
    public static SockDiagQuery ClientWithInfo { get; } = new(
        null, (1u << (int)TcpState.FinWait1) | (1u << (int)TcpState.FinWait2), WithInfo: true);

    public static SockDiagQuery Both { get; } = new(null, StateMask.Procfs);

    public static SockDiagQuery Inet6WithBoundInactive { get; } = new(SocketFamily.Inet6, StateMask.WithBoundInactive);

    public static SockDiagQuery Inet { get; } = new(SocketFamily.Inet, StateMask.Procfs);

    /// <summary>The dump, recorded anew when <c>AGENT_TEST_RECORD=1</c> (which takes root).</summary>
    public static RecordedDump Load(string name)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("AGENT_TEST_RECORD"), "1", StringComparison.Ordinal))
        {
            Record(name);
        }

        return RecordedDump.Load(name);
    }

    private static void Record(string name)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        switch (name)
        {
            case EveryState:
                using (EverySocket.Make(space, (_, _) => 1))
                {
                    Record(name, space, Both);
                }

                break;
            case Inet6Bound:
                using (Workshop(space, TcpSocketKind.Ipv4Inet6))
                using (Workshop(space, TcpSocketKind.Ipv6Inet6))
                {
                    Record(name, space, Inet6WithBoundInactive);
                }

                break;
            case ManyListeners:
                List<KernelSocket> listeners = space.Run(() => Enumerable.Range(0, Listeners)
                    .Select(_ => KernelSocket.Listen(SocketFamily.Inet, IPAddress.Loopback)).ToList());
                Record(name, space, Both);
                listeners.ForEach(listener => listener.Dispose());
                break;
            case WithInfo:
                space.Run(() =>
                {
                    using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Loopback);
                    using KernelSocket client = KernelSocket.Create(SocketFamily.Inet6);
                    client.Connect(new IPEndPoint(IPAddress.IPv6Loopback, listener.LocalPort()));
                    using KernelSocket server = listener.Accept();
                    client.Write(InfoBytes);
                    client.ShutdownWrite();
                    Record(name, ClientWithInfo);
                });
                break;
            case Refused:
                // As for TCP without the module tcp_diag: no such protocol has one.
                Record(name, space, Inet, protocol: 200);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "No such dump.");
        }
    }

    private static SocketWorkshop Workshop(TestNamespace space, TcpSocketKind kind)
    {
        var workshop = new SocketWorkshop(kind);
        space.Run(() =>
        {
            workshop.Make(TcpState.BoundInactive);
            workshop.Make(TcpState.Listen);
        });
        return workshop;
    }

    private static void Record(string name, TestNamespace space, SockDiagQuery query, byte? protocol = null) =>
        space.Run(() => Record(name, query, protocol));

    private static void Record(string name, SockDiagQuery query, byte? protocol = null)
    {
        using var transport = new RecordedDump.Recorder(new NetlinkTransport(), protocol);
        var counter = new ConnectionCounter();
        counter.Into(new ConnectionCounts(), query);
        SockDiagResult result = new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, counter);
        result.IsWhole.ShouldBe(protocol is null, name);
        transport.Recorded.Save(name);
    }
}
