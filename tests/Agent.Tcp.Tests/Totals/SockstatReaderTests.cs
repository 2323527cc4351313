using Agent.Tcp.Tests.Support;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Totals;

public sealed class SockstatReaderTests : IDisposable
{
    private const string Sockstat = "sockets: used 9\nTCP: inuse 2 orphan 0 tw 3 alloc 30 mem 5\n";

    private readonly ProcFixture _proc = new();
    private readonly SockstatReader _reader = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void TryRead_BothFiles_GivesAllThree()
    {
        _proc.Write("1", "sockstat", Sockstat).Write("1", "sockstat6", "TCP6: inuse 4\n");

        Read(out SocketTotals totals).ShouldBeTrue();

        totals.ShouldBe(new SocketTotals(2, 3, 4));
    }

    [Fact]
    public void TryRead_WithoutSockstat6_IsAKernelWithoutIpv6()
    {
        _proc.Write("1", "sockstat", Sockstat);

        Read(out SocketTotals totals).ShouldBeTrue();

        totals.ShouldBe(new SocketTotals(2, 3, null));
    }

    [Fact]
    public void TryRead_WithoutTheProcess_IsFalse() => Read(out _).ShouldBeFalse();

    [Fact]
    public void TryRead_WithoutSockstat_IsFalse()
    {
        _proc.Write("1", "sockstat6", "TCP6: inuse 0\n");

        Read(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("TCP6: in")]
    [InlineData("UDP6: inuse 0\n")]
    public void TryRead_Sockstat6WithoutTheNumber_IsFalse(string text)
    {
        _proc.Write("1", "sockstat", Sockstat).Write("1", "sockstat6", text);

        Read(out _).ShouldBeFalse("that is no proof of an empty table");
    }

    /// <summary>Only a file that is not there means a kernel without IPv6.</summary>
    [Fact]
    public void TryRead_Sockstat6ThatCannotBeOpened_IsFalse()
    {
        _proc.Write("1", "sockstat", Sockstat);
        File.CreateSymbolicLink(_proc.Table("1", "sockstat6"), "sockstat6");

        Read(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("TCP: inuse 2 orphan 0\n")]
    [InlineData("TCP: tw 2\n")]
    public void TryRead_SockstatWithoutAColumn_IsFalse(string text)
    {
        _proc.Write("1", "sockstat", text).Write("1", "sockstat6", "TCP6: inuse 0\n");

        Read(out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_TheRealProc_AllocatesNothing()
    {
        var self = new TcpNamespace("/proc", "self", NamespaceKind.Other, 0);
        Assert.SkipUnless(_reader.TryRead(self, out _), "Needs /proc/self/net/sockstat.");

        Allocations.InSteadyState(() => _reader.TryRead(self, out _), warmUps: 1, rounds: 100).ShouldBe(0);
    }

    private bool Read(out SocketTotals totals) =>
        _reader.TryRead(new TcpNamespace(_proc.Root, "1", NamespaceKind.Host, 0), out totals);
}
