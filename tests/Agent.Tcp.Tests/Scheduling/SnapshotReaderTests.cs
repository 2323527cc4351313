using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class SnapshotReaderTests : IDisposable
{
    private readonly ProcFixture _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Read_BothTables_CountsBothWithoutError()
    {
        _proc.WriteHost(inet: 2, inet6: 3);
        var time = new ManualTime();

        TcpSnapshot snapshot = Reader(time).Read();

        snapshot.Timestamp.ShouldBe(DateTimeOffset.UnixEpoch.AddSeconds(1));
        snapshot.Errors.ShouldBeEmpty();
        snapshot.Reading.Source.ShouldBe(TcpSourceKind.Procfs);
        snapshot.Reading.Counts.Describe().ShouldBe("Ipv4Inet/Established=2 Ipv6Inet6/Established=3");
        Status(snapshot).ShouldBe((FamilyStatus.Read, FamilyStatus.Read));
    }

    [Fact]
    public void Read_Again_ForgetsTheLastOne()
    {
        SnapshotReader reader = Reader();
        _proc.WriteHost(inet: 2, inet6: 3);
        reader.Read();
        _proc.WriteHost(inet: 1, inet6: 0);

        reader.Read().Reading.Counts.Describe().ShouldBe("Ipv4Inet/Established=1");
    }

    [Fact]
    public void Read_WithoutTcp6_IsUnsupportedAndNoError()
    {
        _proc.Write("1", "tcp", ProcRows.Rows(2, 0x0A));

        TcpSnapshot snapshot = Reader().Read();

        snapshot.Errors.ShouldBeEmpty();
        Status(snapshot).ShouldBe((FamilyStatus.Read, FamilyStatus.Unsupported));
        snapshot.Reading.Counts.Total.ShouldBe(2);
    }

    [Fact]
    public void Read_WithoutTcp_IsNotFoundAndTcp6IsStillRead()
    {
        _proc.Write("1", "tcp6", ProcRows.Rows(2, 0x0A, ProcRows.Any6));

        TcpSnapshot snapshot = Reader().Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.NotFound);
        error.Path.ShouldBe(_proc.Tcp);
        error.Message.ShouldContain(_proc.Tcp);
        error.Message.ShouldContain("Tcp:ProcRoot");
        Status(snapshot).ShouldBe((FamilyStatus.Failed, FamilyStatus.Read));
        snapshot.Reading.Counts.Describe().ShouldBe("Ipv6Inet6/Listen=2");
    }

    [Fact]
    public void Read_WithoutTheProcess_FailsBothFamilies()
    {
        TcpSnapshot snapshot = Reader().Read();

        snapshot.Errors.Select(error => error.Failure).ShouldBe([ReadFailure.NotFound, ReadFailure.NotFound]);
        Status(snapshot).ShouldBe((FamilyStatus.Failed, FamilyStatus.Failed));
    }

    /// <summary>Only a table that is not there means a kernel without IPv6.</summary>
    [Fact]
    public void Read_Tcp6ThatCannotBeOpened_IsAnErrorAndNotUnsupported()
    {
        _proc.Write("1", "tcp", ProcRows.Header4 + "\n");
        File.CreateSymbolicLink(_proc.Tcp6, "tcp6");

        TcpSnapshot snapshot = Reader().Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.Io);
        error.Message.ShouldContain("errno 40");
        Status(snapshot).ShouldBe((FamilyStatus.Read, FamilyStatus.Failed));
    }

    /// <summary>The kernel prints a header also where there is no socket, so these are no tables without sockets.</summary>
    [Theory]
    [InlineData("", "neither a header nor a row")]
    [InlineData("\n\n", "neither a header nor a row")]
    [InlineData("\0\0\0\0", "NUL bytes")]
    [InlineData("   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n"
        + "  305: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21337 2 0000000000000000 0        \n", "/proc/net/udp")]
    [InlineData("Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x\n", "column sl")]
    public void Read_AFileThatIsNoTable_FailsTheFamilyAndNamesTheFile(string text, string reason)
    {
        _proc.WriteHost(inet: 1, inet6: 2).Write("1", "tcp", text);

        TcpSnapshot snapshot = Reader().Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.MalformedRow);
        error.Message.ShouldStartWith($"{_proc.Tcp}: not a table of tcp: ");
        error.Message.ShouldContain(reason);
        Status(snapshot).ShouldBe((FamilyStatus.Failed, FamilyStatus.Read));
        snapshot.Reading.Counts.Describe().ShouldBe("Ipv6Inet6/Established=2");
    }

    [Fact]
    public void Read_ATableOfItsHeaderAlone_HasNoSocketsAndNoError()
    {
        _proc.WriteHost(inet: 0, inet6: 0);

        TcpSnapshot snapshot = Reader().Read();

        snapshot.Errors.ShouldBeEmpty();
        Status(snapshot).ShouldBe((FamilyStatus.Read, FamilyStatus.Read));
    }

    [Fact]
    public void Read_UnknownStates_AreCountedAndOneErrorPerTable()
    {
        _proc.Write("1", "tcp", ProcRows.Rows(3, 0x0E) + ProcRows.Rows(1, 0x01))
            .Write("1", "tcp6", ProcRows.Rows(1, 0xEE, ProcRows.Any6) + ProcRows.Rows(1, 0xEF, ProcRows.Mapped));
        SnapshotReader reader = Reader();

        for (int read = 0; read < 2; read++)
        {
            TcpSnapshot snapshot = reader.Read();

            snapshot.Errors.Select(error => (error.Path, error.Failure))
                .ShouldBe([(_proc.Tcp, ReadFailure.UnknownState), (_proc.Tcp6, ReadFailure.UnknownState)]);
            snapshot.Errors[0].Message.ShouldContain("3 socket");
            snapshot.Errors[1].Message.ShouldContain("2 socket");
            snapshot.Reading.Counts.Describe()
                .ShouldBe("Ipv4Inet/Unknown=3 Ipv4Inet/Established=1 Ipv4Inet6/Unknown=1 Ipv6Inet6/Unknown=1");
        }
    }

    [Fact]
    public void Read_MalformedLines_AreOneErrorThatNamesTheFirstFault()
    {
        _proc.Write("1", "tcp", "torn\n" + ProcRows.Rows(2, 0x01) + "   9: 01\n");

        TcpSnapshot snapshot = Reader().Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.MalformedRow);
        error.Message.ShouldContain("2 line(s)");
        error.Message.ShouldContain("column sl");
        snapshot.Reading.Counts.Total.ShouldBe(2);
        Status(snapshot).Item1.ShouldBe(FamilyStatus.Read);
    }

    [Fact]
    public void Read_ATimeout_SaysTheSetting()
    {
        _proc.WriteHost(inet: 1_000, inet6: 1);

        TcpSnapshot snapshot = Reader(new ManualTime(step: TimeSpan.FromMinutes(1))).Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.Timeout);
        error.Message.ShouldContain("Tcp:ReadTimeout");
        Status(snapshot).ShouldBe((FamilyStatus.Failed, FamilyStatus.Read));
        snapshot.Reading.Counts.Describe().ShouldBe("Ipv6Inet6/Established=1");
    }

    /// <summary>A device may never end, and reading a pipe or a terminal waits: no deadline would hold.</summary>
    [Theory]
    [InlineData("/dev/zero", "a character device")]
    [InlineData("/tmp", "a directory")]
    public void Read_NoRegularFile_IsNotReadAndSaysWhatItIs(string target, string kind)
    {
        _proc.WriteHost(inet: 1, inet6: 2);
        File.Delete(_proc.Tcp);
        File.CreateSymbolicLink(_proc.Tcp, target);

        TcpSnapshot snapshot = Reader().Read();

        ReadError error = snapshot.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(ReadFailure.Io);
        error.Message.ShouldStartWith($"{_proc.Tcp}: not read, because it is {kind}");
        Status(snapshot).ShouldBe((FamilyStatus.Failed, FamilyStatus.Read));
    }

    [Fact]
    public void Read_TheRealProc_ReadsThisMachine()
    {
        TcpSnapshot snapshot = new SnapshotReader(new TcpInstrumentationOptions()).Read();

        snapshot.Errors.ShouldBeEmpty();
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
    }

    private SnapshotReader Reader(TimeProvider? time = null) =>
        new(new TcpInstrumentationOptions { ProcRoot = _proc.Root, Namespaces = NamespaceScope.Host }, time);

    private static (FamilyStatus, FamilyStatus) Status(TcpSnapshot snapshot) =>
        (snapshot.Reading[SocketFamily.Inet], snapshot.Reading[SocketFamily.Inet6]);
}
