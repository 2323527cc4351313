using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Tcp.Interop;
using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.Kernel;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Against this machine's kernel, in network namespaces of processes made for it.</summary>
public sealed class ForeignLiveTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly CapturingLogger _logger = new();

    public void Dispose() => _logger.Dispose();

    [Fact]
    public void Read_SeveralNamespaces_AgreesWithProcfsStateByState()
    {
        using ForeignSpace empty = ForeignSpace.CreateOrSkip();
        using ForeignSpace full = ForeignSpace.CreateOrSkip();
        using ForeignSpace small = ForeignSpace.CreateOrSkip();
        var workshops = new List<SocketWorkshop>();
        Socket? listener = null;
        full.Run(() => MakeSockets(workshops));
        small.Run(() => listener = Listen());
        using SourceSelector auto = Selector(TcpSource.Auto);
        using SourceSelector procfs = Selector(TcpSource.Procfs);

        for (int round = 0; round < 2; round++)
        {
            foreach (ForeignSpace one in new[] { empty, full, small })
            {
                Reading actual = Read(auto, one.Space());
                Reading expected = Read(procfs, one.Space());

                actual.Source.ShouldBe(TcpSourceKind.SockDiag);
                actual[SocketFamily.Inet].ShouldBe(expected[SocketFamily.Inet]);
                actual[SocketFamily.Inet6].ShouldBe(expected[SocketFamily.Inet6]);
                for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
                {
                    TcpSocketKind kind = ConnectionCounts.KindOf(slot);
                    TcpState state = ConnectionCounts.StateOf(slot);
                    actual.Counts[kind, state].ShouldBe(expected.Counts[kind, state], $"{kind} {state}");
                }
            }
        }

        Read(auto, empty.Space()).Counts.Total.ShouldBe(0);
        Read(auto, full.Space()).Counts.Total.ShouldBeGreaterThan(9);
        Read(auto, small.Space()).Counts.Total.ShouldBe(1);
        auto.ForeignAccess.ShouldBe(ForeignAccess.SockDiag);
        workshops.ForEach(workshop => workshop.Dispose());
        listener!.Dispose();
    }

    private static void MakeSockets(List<SocketWorkshop> workshops)
    {
        foreach (TcpSocketKind kind in Enum.GetValues<TcpSocketKind>())
        {
            var workshop = new SocketWorkshop(kind);
            workshops.Add(workshop);
            foreach (TcpState state in (TcpState[])[TcpState.Listen, TcpState.Established, TcpState.CloseWait, TcpState.TimeWait])
            {
                workshop.Make(state);
            }
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        return listener;
    }

    [Fact]
    public void Read_BesideTheOwnNamespace_LeavesThisProcessWhereItIs()
    {
        using ForeignSpace other = ForeignSpace.CreateOrSkip();
        var own = new OwnNamespace("/proc");
        ulong before = own.Inode();
        using SourceSelector auto = Selector(TcpSource.Auto);

        Read(auto, other.Space()).Source.ShouldBe(TcpSourceKind.SockDiag);

        own.Inode().ShouldBe(before);
        Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes).ShouldBe(before);
        Read(auto, new TcpNamespace("/proc", "self", NamespaceKind.Host, before)).Source.ShouldBe(TcpSourceKind.SockDiag);
    }

    /// <summary>A device in the namespace has its peer in another: it goes when the namespace does.</summary>
    [Fact]
    public void Keep_NamespaceHasEnded_LetsItGo()
    {
        Tool.SkipUnlessInstalled("ip", "iproute2");
        using ForeignSpace ending = ForeignSpace.CreateOrSkip();
        using ForeignSpace witness = ForeignSpace.CreateOrSkip();
        AddDevices(ending, witness);
        using SourceSelector auto = Selector(TcpSource.Auto);
        TcpNamespace space = ending.Space(id: 3);
        var entrance = new NamespaceEntrance("/proc");
        for (int visit = 0; visit < 100; visit++)
        {
            // Often enough for the runtime to compile what is called anew, on threads of its own.
            EntranceResult result = entrance.Enter(space);
            result.Fault.ShouldBe(EntranceFault.None);
            result.Socket!.Dispose();
        }

        Read(auto, space).Source.ShouldBe(TcpSourceKind.SockDiag);

        ending.End();
        Read(auto, space).Source.ShouldBe(TcpSourceKind.SockDiag, "the socket still holds it");
        HasDevice(witness).ShouldBeTrue();
        auto.Keep([witness.Space(id: 4)]);

        Poll.Until(() => !HasDevice(witness), "the namespace has ended");
    }

    [Fact]
    public void Read_PidGivenAgain_IsRefused()
    {
        using ForeignSpace expected = ForeignSpace.CreateOrSkip();
        using ForeignSpace actual = ForeignSpace.CreateOrSkip();
        var stale = new TcpNamespace("/proc", actual.Pid, NamespaceKind.Other, expected.Inode);

        EntranceResult result = new NamespaceEntrance("/proc").Enter(stale);

        result.Fault.ShouldBe(EntranceFault.OtherNamespace);
        result.Socket.ShouldBeNull();
        using SourceSelector sockDiag = Selector(TcpSource.SockDiag);
        var reading = new Reading();
        sockDiag.Read(stale, default, reading);
        reading.Errors.ShouldHaveSingleItem().Failure.ShouldBe(ReadFailure.NotFound);
    }

    [Fact]
    public void Enter_ProcessHasEnded_IsGone()
    {
        using ForeignSpace ended = ForeignSpace.CreateOrSkip();
        TcpNamespace space = ended.Space();
        ended.End();

        EntranceResult result = new NamespaceEntrance("/proc").Enter(space);

        (result.Fault, result.ErrorNumber).ShouldBe((EntranceFault.NotOpened, Errno.ENOENT));
        result.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void Read_AsAnOrdinaryUser_IsReadByProcfsAndLoggedOnce()
    {
        using ForeignSpace first = ForeignSpace.CreateOrSkip();
        using ForeignSpace second = ForeignSpace.CreateOrSkip();

        Kernel.UnprivilegedThread.Run(() =>
        {
            ShouldBeReadByProcfs(first, second);
            return true;
        });
    }

    [Theory]
    [InlineData(CapabilityThread.SysPtrace, (byte)EntranceFault.NotOpened, Errno.EACCES)]
    [InlineData(CapabilityThread.SysAdmin, (byte)EntranceFault.NotEntered, Errno.EPERM)]
    public void Read_WithoutOneCapability_IsReadByProcfsAndLoggedOnce(int capability, byte fault, int errno)
    {
        using ForeignSpace first = ForeignSpace.CreateOrSkip();
        using ForeignSpace second = ForeignSpace.CreateOrSkip();
        CapabilityThread.RunWithout(capability, () =>
        {
            EntranceResult result = new NamespaceEntrance("/proc").Enter(first.Space());
            (result.Fault, result.ErrorNumber).ShouldBe(((EntranceFault)fault, errno));
            ShouldBeReadByProcfs(first, second);
        });
    }

    [Fact]
    public void Read_NetlinkForbidden_IsReadByProcfs()
    {
        using ForeignSpace other = ForeignSpace.CreateOrSkip();
        SeccompThread.Run(Errno.EAFNOSUPPORT, () =>
        {
            EntranceResult result = new NamespaceEntrance("/proc").Enter(other.Space());

            (result.Fault, result.ErrorNumber).ShouldBe((EntranceFault.NoSocket, Errno.EAFNOSUPPORT));
            using SourceSelector auto = Selector(TcpSource.Auto);
            Read(auto, other.Space()).Source.ShouldBe(TcpSourceKind.Procfs);
        });
    }

    [Fact]
    public void Read_Repeatedly_AllocatesNothing()
    {
        using ForeignSpace first = ForeignSpace.CreateOrSkip();
        using ForeignSpace second = ForeignSpace.CreateOrSkip();
        using SourceSelector auto = Selector(TcpSource.Auto);
        TcpNamespace[] live = [first.Space(id: 1), second.Space(id: 2)];
        var reading = new Reading();
        void Collect()
        {
            auto.Keep(live);
            foreach (TcpNamespace space in live)
            {
                auto.Read(space, default, reading);
            }
        }

        Allocations.InSteadyState(Collect, warmUps: 50, rounds: 100).ShouldBe(0);
        reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        reading.Errors.ShouldBeEmpty();
    }

    private void ShouldBeReadByProcfs(ForeignSpace first, ForeignSpace second)
    {
        using SourceSelector auto = Selector(TcpSource.Auto);
        for (int read = 0; read < 3; read++)
        {
            Read(auto, first.Space()).Source.ShouldBe(TcpSourceKind.Procfs);
            Read(auto, second.Space()).Source.ShouldBe(TcpSourceKind.Procfs);
        }

        auto.ForeignAccess.ShouldBe(ForeignAccess.Procfs);
        auto.ForeignReason.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid}/ns/net"));
        _logger.Lines.ShouldHaveSingleItem().Message.ShouldContain("CAP_SYS_ADMIN and CAP_SYS_PTRACE");
    }

    private static void AddDevices(ForeignSpace one, ForeignSpace other) =>
        Tool.Run("ip", "link", "add", "agent0", "netns", one.Pid, "type", "veth", "peer", "name", "agent1", "netns", other.Pid);

    private static bool HasDevice(ForeignSpace space) =>
        Tool.Run("nsenter", $"--net=/proc/{space.Pid}/ns/net", "ip", "-o", "link", "show").Contains("agent1", StringComparison.Ordinal);

    private static Reading Read(SourceSelector selector, TcpNamespace space)
    {
        var reading = new Reading();
        selector.Read(space, default, reading);
        reading.Errors.ShouldBeEmpty();
        reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        return reading;
    }

    private SourceSelector Selector(TcpSource source)
    {
        var transport = new NetlinkTransport();
        var reader = new SockDiagReader(transport, TimeProvider.System, Timeout);
        return new SourceSelector(
            source,
            new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)),
            new SockDiagSource(transport, reader, new OwnNamespace("/proc"), StateMask.Procfs),
            new SourceLog(_logger.CreateLogger("Agent.Tcp")),
            TimeProvider.System,
            ForeignSockDiag.Create("/proc", reader, StateMask.Procfs, TimeProvider.System));
    }
}
