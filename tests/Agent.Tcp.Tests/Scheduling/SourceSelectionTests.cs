using Agent.Tcp.Interop;
using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>Which source reads, over this process's real namespace with a scripted netlink socket, or over a made proc root.</summary>
public sealed class SourceSelectionTests : IDisposable
{
    /// <summary>More sockets than the namespace that the tests run in has in this state: so it is seen who counted.</summary>
    private const int Marked = 7;

    private readonly ManualTime _time = new();
    private readonly CapturingLogger _log = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("agent-tcp-");

    public void Dispose()
    {
        _root.Delete(recursive: true);
        _log.Dispose();
    }

    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.SockDiag)]
    public void Read_OwnNamespace_IsReadBySockDiag(TcpSource source)
    {
        var transport = new FakeTransport(Answer);
        using SnapshotReader reader = Reader(source, transport);

        TcpSnapshot snapshot = reader.Read();

        snapshot.Reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        snapshot.Reading.Source.JsonValue().ShouldBe("sockdiag");
        ShouldBeMarked(snapshot);
        snapshot.Errors.ShouldBeEmpty();
        transport.Opened.ShouldBe(1);
    }

    [Fact]
    public void Read_Procfs_NeverOpensTheSocket()
    {
        var transport = new FakeTransport(Answer);
        using SnapshotReader reader = Reader(TcpSource.Procfs, transport);

        reader.Read().Reading.Source.JsonValue().ShouldBe("procfs");
        transport.Opened.ShouldBe(0);
    }

    [Fact]
    public void Read_AutoInAnotherNamespace_IsReadByProcfs()
    {
        var transport = new FakeTransport(Answer);
        using SnapshotReader reader = Reader(TcpSource.Auto, transport, MadeRoot());

        TcpSnapshot snapshot = reader.Read();

        snapshot.Reading.Source.ShouldBe(TcpSourceKind.Procfs);
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot.Errors.ShouldBeEmpty();
        _log.Lines.ShouldBeEmpty();
        transport.Opened.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_RoundTripsWhereProcfsReadsTheHost_IsLoggedOnce(bool isOwn)
    {
        var options = new TcpInstrumentationOptions { ProcRoot = isOwn ? "/proc" : MadeRoot(), Metrics = { RoundTrips = true } };
        using var reader = new SnapshotReader(options, new FakeTransport(Answer), _time, _log.CreateLogger(""));

        reader.Read();
        reader.Read();

        string[] warnings = [.. _log.Lines.Select(line => line.Message).Where(message => message.StartsWith("Tcp:Metrics:RoundTrips is on", StringComparison.Ordinal))];
        warnings.Length.ShouldBe(isOwn ? 0 : 1);
    }

    [Fact]
    public void Read_SockDiagInAnotherNamespace_IsAnErrorAndNotProcfs()
    {
        var transport = new FakeTransport(Answer);
        using SnapshotReader reader = Reader(TcpSource.SockDiag, transport, MadeRoot());

        TcpSnapshot snapshot = reader.Read();

        ShouldBeAbsent(snapshot);
        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.NotFound);
        transport.Opened.ShouldBe(0);
    }

    [Fact]
    public void Read_SockDiagFails_IsAbsentWithAnError()
    {
        var transport = new FakeTransport(m => [m.Socket(TcpState.Established), m.Error(1)]);
        using SnapshotReader reader = Reader(TcpSource.SockDiag, transport);

        TcpSnapshot snapshot = reader.Read();

        ShouldBeAbsent(snapshot);
        snapshot.Errors.ShouldHaveSingleItem().Failure.ShouldBe(ReadFailure.PermissionDenied);
    }

    [Fact]
    public void Read_AutoFails_ReadsProcfsAtOnceAndLogsOnceUntilItWorks()
    {
        var transport = new FakeTransport(Answer) { OpenError = Errno.EAFNOSUPPORT };
        using SnapshotReader reader = Reader(TcpSource.Auto, transport);

        ShouldBeProcfs(reader.Read());
        LogLine line = _log.Lines.ShouldHaveSingleItem();
        line.Level.ShouldBe(LogLevel.Warning);
        line.Message.ShouldContain("errno 97");

        _time.Advance(SourceSelector.RetryAfter - TimeSpan.FromSeconds(1));
        ShouldBeProcfs(reader.Read());
        transport.Opened.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        ShouldBeProcfs(reader.Read());
        transport.Opened.ShouldBe(2);
        _log.Lines.Count.ShouldBe(1);

        transport.OpenError = 0;
        _time.Advance(SourceSelector.RetryAfter);
        ShouldBeMarked(reader.Read());
        _log.Lines.Count.ShouldBe(2);
        _log.Lines[1].Level.ShouldBe(LogLevel.Information);

        transport.OpenError = Errno.EPERM;
        transport.Close();
        ShouldBeProcfs(reader.Read());
        _log.Lines.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(Errno.EOPNOTSUPP)]
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.ENOENT)]
    public void Read_CompatRequestRefused_AsksFamilyByFamilyFromThenOn(int errno)
    {
        Assert.SkipUnless(File.Exists("/proc/self/net/tcp6"), "needs a kernel with IPv6 (/proc/self/net/tcp6)");
        var transport = new FakeTransport(
            m => [m.Error(errno)],
            Answer,
            m => [m.Socket(TcpState.LastAck, "::1", "::1"), m.Done()],
            Answer,
            m => [m.Done()]);
        using SnapshotReader reader = Reader(TcpSource.SockDiag, transport);

        TcpSnapshot snapshot = reader.Read();

        ShouldBeMarked(snapshot);
        snapshot.Reading.Counts[TcpSocketKind.Ipv6Inet6, TcpState.LastAck].ShouldBe(1);
        snapshot.Errors.ShouldBeEmpty();
        reader.Read().Errors.ShouldBeEmpty();
        transport.Requests.ShouldBe([(ushort)18, (ushort)20, (ushort)20, (ushort)20, (ushort)20]);
    }

    [Fact]
    public void Read_OneFamilyFails_TheOtherIsReported()
    {
        Assert.SkipUnless(File.Exists("/proc/self/net/tcp6"), "needs a kernel with IPv6 (/proc/self/net/tcp6)");
        var transport = new FakeTransport(
            m => [m.Error(Errno.EOPNOTSUPP)],
            Answer,
            m => [m.Socket(TcpState.LastAck, "::1", "::1"), m.Done(-12)]);
        using SnapshotReader reader = Reader(TcpSource.SockDiag, transport);

        TcpSnapshot snapshot = reader.Read();

        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Failed);
        snapshot.Reading.Counts.Total.ShouldBe(Marked);
        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        (error.Path, error.Failure).ShouldBe(("sock_diag inet6", ReadFailure.Io));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Errno.EOPNOTSUPP)]
    public void Read_KernelWithoutIpv6_IsUnsupportedAndNoError(int errno)
    {
        // The own namespace by its inode, in a proc root that has no tcp6.
        var own = new OwnNamespace("/proc");
        var space = new TcpNamespace(_root.FullName, "self", NamespaceKind.Host, own.Inode());
        using var transport = new FakeTransport(m => errno == 0 ? Answer(m) : [m.Error(errno)], Answer);
        var reader = new SockDiagReader(transport, _time, TimeSpan.FromSeconds(1));
        using var source = new SockDiagSource(transport, reader, own, StateMask.Procfs);
        var reading = new Reading();

        source.Read(space, default, reading);

        reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Unsupported);
        reading.Counts.Total.ShouldBe(Marked);
        reading.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Read_NeitherRequestKnown_IsUnsupportedAndBothAreTriedAgain()
    {
        Assert.SkipUnless(File.Exists("/proc/self/net/tcp6"), "needs a kernel with IPv6 (/proc/self/net/tcp6)");
        var transport = new FakeTransport(m => [m.Error(Errno.EOPNOTSUPP)]);
        using SnapshotReader reader = Reader(TcpSource.SockDiag, transport);

        TcpSnapshot snapshot = reader.Read();
        ShouldBeAbsent(snapshot);
        snapshot.Errors.ShouldAllBe(error => error.Failure == ReadFailure.Unsupported);
        snapshot.Errors.Count.ShouldBe(2);

        transport.Requests.Clear();
        reader.Read();
        transport.Requests.ShouldBe([(ushort)18, (ushort)20, (ushort)20]);
    }

    [Fact]
    public void Read_UnknownState_IsCountedAndReported()
    {
        var transport = new FakeTransport(m => [m.Socket(14, 2, "127.0.0.1", "127.0.0.1"), m.Done()]);
        using SnapshotReader reader = Reader(TcpSource.Auto, transport);

        TcpSnapshot snapshot = reader.Read();

        snapshot.Reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        snapshot.Reading.Counts[TcpSocketKind.Ipv4Inet, TcpState.Unknown].ShouldBe(1);
        snapshot.Errors.ShouldHaveSingleItem().Failure.ShouldBe(ReadFailure.UnknownState);
    }

    [Fact]
    public void Read_AutoFailsInOneFamily_ReadsBothByProcfsAndLogsThatFailure()
    {
        Assert.SkipUnless(File.Exists("/proc/self/net/tcp6"), "needs a kernel with IPv6 (/proc/self/net/tcp6)");
        var transport = new FakeTransport(
            m => [m.Error(Errno.EOPNOTSUPP)],
            m => [m.Socket(14, 2, "127.0.0.1", "127.0.0.1"), m.Done()],
            m => [m.Done(-12)]);
        using SnapshotReader reader = Reader(TcpSource.Auto, transport);

        ShouldBeProcfs(reader.Read());
        _log.Lines.ShouldHaveSingleItem().Message.ShouldContain("errno 12");
    }

    [Theory]
    [InlineData("timeout")]
    [InlineData("interrupted")]
    [InlineData("overrun")]
    [InlineData("ENOMEM")]
    [InlineData("EMFILE")]
    public void Read_AutoFailsForNow_ReadsProcfsAndTriesSockDiagTheNextTime(string fault)
    {
        bool isFaulty = true;
        var transport = new FakeTransport(m => !isFaulty ? Answer(m) : fault switch
        {
            "interrupted" => [m.Done(flags: Netlink.NLM_F_DUMP_INTR)],
            "overrun" => [Step.Fails(Errno.ENOBUFS)],
            "ENOMEM" => [m.Error(12)],
            _ => [m.Socket(TcpState.Closing)],
        })
        {
            OpenError = string.Equals(fault, "EMFILE", StringComparison.Ordinal) ? 24 : 0,
        };
        transport.OnWait = Stall;
        using SnapshotReader reader = Reader(TcpSource.Auto, transport);

        ShouldBeProcfs(reader.Read());
        LogLine line = _log.Lines.ShouldHaveSingleItem();
        line.Message.ShouldContain("with each collection");
        ShouldBeProcfs(reader.Read());
        _log.Lines.Count.ShouldBe(1);

        isFaulty = false;
        transport.OpenError = 0;
        ShouldBeMarked(reader.Read());
        _log.Lines.Count.ShouldBe(2);
    }

    /// <summary>The stall takes all of the collection's time, and procfs needs several pages.</summary>
    [Fact]
    public void Read_SockDiagStalls_ProcfsHasTimeOfItsOwn()
    {
        const int sockets = 18_002;
        TimeSpan timeout = TimeSpan.FromSeconds(0.25);
        using var proc = new ProcFixture();
        proc.Write("self", "tcp", ProcRows.Table(ProcRows.Header4, Enumerable.Range(0, sockets - 1).Select(slot => ProcRows.Row(0x01, slot: slot))));
        proc.Write("self", "tcp6", ProcRows.Table(ProcRows.Header6, ProcRows.Row(0x01, ProcRows.Loopback6)));
        var time = new ManualTime(TimeSpan.FromTicks(1));
        var limit = new ReadLimit(time, timeout);
        var own = new OwnNamespace("/proc");
        using var transport = new FakeTransport(m => [m.Socket(TcpState.Closing)])
        {
            OnWait = left =>
            {
                time.Advance(left);
                return 0;
            },
        };
        using var selector = new SourceSelector(
            TcpSource.Auto,
            new ProcfsSource(new ProcNetTcpReader(time, limit)),
            new SockDiagSource(transport, new SockDiagReader(transport, time, limit), own, StateMask.Procfs),
            new SourceLog(_log.CreateLogger("")),
            time,
            foreign: null,
            limit);
        var reading = new Reading();
        limit.Begin(timeout);

        selector.Read(new TcpNamespace(proc.Root, "self", NamespaceKind.Host, own.Inode()), default, reading);

        reading.Errors.ShouldBeEmpty();
        reading.Source.ShouldBe(TcpSourceKind.Procfs);
        reading.Counts.Total.ShouldBe(sockets);
        transport.Requests.Count.ShouldBe(1);
        limit.IsOver.ShouldBeTrue();
        limit.IsFallback.ShouldBeFalse();
    }

    [Fact]
    public void Dispose_ClosesTheSocket()
    {
        var transport = new FakeTransport(Answer);
        Reader(TcpSource.Auto, transport).Dispose();

        transport.Disposed.ShouldBeTrue();
    }

    /// <summary>Nothing comes, for as long as it is waited for.</summary>
    private int Stall(TimeSpan left)
    {
        _time.Advance(left);
        return 0;
    }

    private static Step[] Answer(DiagMessages messages) =>
        [DiagMessages.Datagram([.. Enumerable.Range(0, Marked).Select(_ => messages.Socket(TcpState.Closing))]), messages.Done()];

    private static void ShouldBeMarked(TcpSnapshot snapshot)
    {
        snapshot.Reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot.Reading[SocketFamily.Inet6].ShouldBe(
            File.Exists("/proc/self/net/tcp6") ? FamilyStatus.Read : FamilyStatus.Unsupported);
        snapshot.Reading.Counts[TcpSocketKind.Ipv4Inet, TcpState.Closing].ShouldBe(Marked);
    }

    private static void ShouldBeProcfs(TcpSnapshot snapshot)
    {
        snapshot.Reading.Source.ShouldBe(TcpSourceKind.Procfs);
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot.Reading.Counts[TcpSocketKind.Ipv4Inet, TcpState.Closing].ShouldNotBe(Marked);
        snapshot.Errors.ShouldBeEmpty();
    }

    private static void ShouldBeAbsent(TcpSnapshot snapshot)
    {
        snapshot.Reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Failed);
        snapshot.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Failed);
        snapshot.Reading.Counts.Total.ShouldBe(0);
    }

    private string MadeRoot()
    {
        foreach (string process in new[] { "1", "self" })
        {
            DirectoryInfo net = _root.CreateSubdirectory($"{process}/net");
            File.WriteAllText(Path.Combine(net.FullName, "tcp"), ProcRows.Header4 + "\n");
            File.WriteAllText(Path.Combine(net.FullName, "tcp6"), ProcRows.Header6 + "\n");
        }

        return _root.FullName;
    }

    private SnapshotReader Reader(TcpSource source, FakeTransport transport, string procRoot = "/proc") =>
        new(new TcpInstrumentationOptions { Source = source, ProcRoot = procRoot }, transport, _time, _log.CreateLogger(""));
}
