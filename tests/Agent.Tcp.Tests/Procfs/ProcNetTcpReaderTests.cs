using System.Text;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public sealed class ProcNetTcpReaderTests : IDisposable
{
    private readonly ProcFixture _proc = new();
    private readonly ConnectionCounts _counts = new();
    private readonly ProcNetTcpReader _reader = new(TimeProvider.System, TimeSpan.FromMinutes(5));

    public void Dispose() => _proc.Dispose();

    /// <summary>Each number of rows puts the buffer's border elsewhere in a row.</summary>
    [Theory]
    [InlineData(ProcRows.Loopback4, SocketFamily.Inet)]
    [InlineData(ProcRows.Loopback6, SocketFamily.Inet6)]
    public void Read_RowsThatStraddleTheBuffer_CountsEachOnce(string address, SocketFamily family)
    {
        var text = new StringBuilder();
        for (int rows = 1; rows <= 400; rows++)
        {
            text.Append(ProcRows.Row(1 + (rows % 11), address, slot: rows, inode: (long)Math.Pow(10, rows % 15))).Append('\n');
            _proc.Write("1", "tcp", text.ToString());
            _counts.Clear();

            TableReadResult result = Read(_proc.Tcp, family);

            result.ShouldBe(new TableReadResult(ReadFailure.None), $"{rows} rows");
            _counts.Total.ShouldBe(rows);
        }
    }

    /// <summary>Sizes at which a read ends exactly at, just before or just after a full or a short page.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-256)]
    [InlineData(-257)]
    [InlineData(-255)]
    public void Read_ATableOfPagesAndABit_IsReadToItsEnd(int bit)
    {
        foreach (int pages in (int[])[1, 2, 3, 4])
        {
            int size = (pages * Environment.SystemPageSize) + bit;
            int rows = size / 150;
            string text = string.Concat(Enumerable.Range(0, rows).Select(slot => ProcRows.Row(0x01, slot: slot).PadRight(149) + "\n"));
            _proc.Write("1", "tcp", text.PadRight(size));
            _counts.Clear();

            Read(_proc.Tcp, SocketFamily.Inet).ShouldBe(new TableReadResult(ReadFailure.None));

            _counts.Total.ShouldBe(rows, $"{pages} pages {bit:+#;-#;0} bytes");
        }
    }

    [Fact]
    public void Read_TenThousandRows_CountsAsTheNaiveParserDoes()
    {
        byte[] text = Encoding.Latin1.GetBytes(ProcRows.Header6 + "\n" + string.Concat(Enumerable.Range(0, 10_000).Select(
            slot => ProcRows.Row(slot % 17, (slot % 3) switch { 0 => ProcRows.Mapped, 1 => ProcRows.Loopback6, _ => ProcRows.Any6 }, slot: slot) + "\n")));
        _proc.Write("1", "tcp6", text);

        Read(_proc.Tcp6, SocketFamily.Inet6).Failure.ShouldBe(ReadFailure.None);

        _counts.Total.ShouldBe(10_000);
        _counts.Describe().ShouldBe(NaiveTable.Count(text, SocketFamily.Inet6).Counts.Describe());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(9)]
    public void Read_ALineLongerThanTheBuffer_IsOneMalformedLine(double pages)
    {
        string line = new('x', 2 * (int)(pages * Environment.SystemPageSize));
        string rows = ProcRows.Rows(20, 0x0A);
        _proc.Write("1", "tcp", $"{rows}{line}\n{rows}{line}\n{rows}{line}");

        TableReadResult result = Read(_proc.Tcp, SocketFamily.Inet);

        result.Failure.ShouldBe(ReadFailure.None);
        result.MalformedRows.ShouldBe(3);
        _counts.Total.ShouldBe(60);
    }

    [Fact]
    public void Read_OneFamily_AddsToTheOther()
    {
        _proc.WriteHost(inet: 3, inet6: 4);

        Read(_proc.Tcp, SocketFamily.Inet);
        Read(_proc.Tcp6, SocketFamily.Inet6);

        _counts.Describe().ShouldBe("Ipv4Inet/Established=3 Ipv6Inet6/Established=4");
    }

    [Fact]
    public void Read_AMissingFile_IsNotFound() => Read(_proc.Tcp, SocketFamily.Inet).Failure.ShouldBe(ReadFailure.NotFound);

    [Fact]
    public void Read_AFileInPlaceOfADirectory_IsNotFound()
    {
        File.WriteAllText(Path.Combine(_proc.Root, "1"), "");

        Read(_proc.Tcp, SocketFamily.Inet).Failure.ShouldBe(ReadFailure.NotFound);
    }

    [Fact]
    public void Read_ADirectoryInPlaceOfTheFile_IsAnIoErrorAndClearsTheFamilyOnly()
    {
        Directory.CreateDirectory(_proc.Tcp);
        _counts.Add(TcpSocketKind.Ipv4Inet, 0x01);
        _counts.Add(TcpSocketKind.Ipv6Inet6, 0x01);

        TableReadResult result = Read(_proc.Tcp, SocketFamily.Inet);

        result.Failure.ShouldBe(ReadFailure.Io);
        result.ErrorNumber.ShouldBe(Libc.NotRegular);
        _counts.Describe().ShouldBe("Ipv6Inet6/Established=1");
    }

    [Fact]
    public void Read_AnUnreadableFile_IsPermissionDenied()
    {
        _proc.WriteHost(1, 1);
        File.SetUnixFileMode(_proc.Tcp, UnixFileMode.None);

        // root reads any file, but not as another file system user.
        using (FileSystemUser.Nobody())
        {
            Read(_proc.Tcp, SocketFamily.Inet).Failure.ShouldBe(ReadFailure.PermissionDenied);
        }

        _counts.Total.ShouldBe(0);
    }

    [Fact]
    public void Read_ATableThatDoesNotEndInTime_IsATimeoutAndLeavesNoPartOfIt()
    {
        _proc.WriteHost(inet: 1_000, inet6: 2);
        var reader = new ProcNetTcpReader(new ManualTime(step: TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(3));
        reader.Read(new ProcPath(_proc.Tcp6).Bytes, SocketFamily.Inet6, _counts).Failure.ShouldBe(ReadFailure.None);

        TableReadResult result = reader.Read(new ProcPath(_proc.Tcp).Bytes, SocketFamily.Inet, _counts);

        result.Failure.ShouldBe(ReadFailure.Timeout);
        _counts.Describe().ShouldBe("Ipv6Inet6/Established=2");
    }

    [Fact]
    public void Read_AfterATimeout_ReadsTheNextTableWhole()
    {
        _proc.WriteHost(inet: 1_000, inet6: 2);
        var time = new ManualTime(step: TimeSpan.FromSeconds(1));
        var reader = new ProcNetTcpReader(time, TimeSpan.FromSeconds(3));
        reader.Read(new ProcPath(_proc.Tcp).Bytes, SocketFamily.Inet, _counts).Failure.ShouldBe(ReadFailure.Timeout);

        reader.Read(new ProcPath(_proc.Tcp6).Bytes, SocketFamily.Inet6, _counts).ShouldBe(new TableReadResult(ReadFailure.None));

        _counts.Describe().ShouldBe("Ipv6Inet6/Established=2");
    }

    /// <summary>A table read to its end is a result, however late.</summary>
    [Fact]
    public void Read_ATableOfOneShortPage_NeedsNoSecondLookAtTheClock()
    {
        _proc.WriteHost(inet: 5, inet6: 0);
        var reader = new ProcNetTcpReader(new ManualTime(step: TimeSpan.FromHours(1)), TimeSpan.FromSeconds(1));

        reader.Read(new ProcPath(_proc.Tcp).Bytes, SocketFamily.Inet, _counts).Failure.ShouldBe(ReadFailure.None);

        _counts.Total.ShouldBe(5);
    }

    [Fact]
    public void Read_AFileWithoutEnd_EndsByTheDeadline()
    {
        var reader = new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromMilliseconds(100));
        _proc.Write("1", "tcp", "");
        using (FileStream sparse = File.OpenWrite(_proc.Tcp))
        {
            sparse.SetLength(1L << 40);
        }

        reader.Read(new ProcPath(_proc.Tcp).Bytes, SocketFamily.Inet, _counts).Failure.ShouldBe(ReadFailure.Timeout);

        _counts.Total.ShouldBe(0);
    }

    private TableReadResult Read(string path, SocketFamily family) => _reader.Read(new ProcPath(path).Bytes, family, _counts);
}
