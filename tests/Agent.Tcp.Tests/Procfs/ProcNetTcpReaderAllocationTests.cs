using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public class ProcNetTcpReaderAllocationTests
{
    [Theory]
    [InlineData("tcp", SocketFamily.Inet)]
    [InlineData("tcp6", SocketFamily.Inet6)]
    public void Read_ThisProcesssOwnTable_AllocatesNothing(string file, SocketFamily family)
    {
        string path = "/proc/self/net/" + file;
        Assert.SkipUnless(File.Exists(path), $"This kernel has no {path}.");

        AllocatedBy(path, family, reads: 50).ShouldBe(0);
    }

    [Fact]
    public void Read_TenThousandRowsOfBothShapes_AllocatesNothing()
    {
        using var proc = new ProcFixture();
        proc.Write("1", "tcp", ProcRows.Header4 + "\n" + ProcRows.Rows(5_000, 0x01)
            + string.Concat(Enumerable.Repeat(ProcRows.Row(0x06, inode: 0, tail: "") + "\r\n", 4_000))
            + string.Concat(Enumerable.Repeat("torn\n", 1_000)));

        AllocatedBy(proc.Tcp, SocketFamily.Inet, reads: 20).ShouldBe(0);
    }

    [Fact]
    public void Read_AMissingTable_AllocatesNothing() => AllocatedBy("/proc/self/net/none", SocketFamily.Inet, reads: 500).ShouldBe(0);

    private static long AllocatedBy(string path, SocketFamily family, int reads)
    {
        var procPath = new ProcPath(path);
        var counts = new ConnectionCounts();
        var reader = new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromMinutes(5));
        return Allocations.InSteadyState(
            () =>
            {
                counts.Clear();
                reader.Read(procPath.Bytes, family, counts);
            },
            warmUps: 5,
            reads);
    }
}
