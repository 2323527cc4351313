using Agent.Tcp.Interop;
using Agent.Tcp.Ports;
using Agent.Tcp.Tests.SockDiag.Foreign;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Ports;

/// <summary>The real <c>/proc/sys/net</c>, of this process's own namespace and of another.</summary>
public sealed class EphemeralPortReaderTests
{
    private readonly EphemeralPortReader _reader = new();

    [Fact]
    public void Read_OwnNamespace_IsWhatTheFilesSay()
    {
        string[] ends = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', '\n');
        string reserved = File.ReadAllText("/proc/sys/net/ipv4/ip_local_reserved_ports").Trim();
        Assert.SkipUnless(reserved.Length == 0, $"This machine reserves ports: {reserved}.");

        EphemeralPorts ports = _reader.Read(Own()).ShouldNotBeNull();

        ports.Count.ShouldBe(int.Parse(ends[1]) - int.Parse(ends[0]) + 1);
    }

    [Fact]
    public void Read_AnotherNamespace_IsThatNamespacesAndNotThisOne()
    {
        using var space = ForeignSpace.CreateOrSkip();
        space.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "20000 20099");
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_reserved_ports", "20010-20012,20050");
        });

        EphemeralPorts ports = _reader.Read(space.Space()).ShouldNotBeNull();

        ports.Count.ShouldBe(96);
        ports.Contains(20011).ShouldBeFalse();
        Libc.Inode(new ProcPath("/proc/thread-self/net/tcp").Bytes).ShouldBe(Own().Inode, "this thread is where it was");
    }

    [Fact]
    public void Read_ANamespaceThatIsNotThere_IsUnknown()
    {
        TcpNamespace own = Own();

        _reader.Read(own with { Inode = own.Inode + 1, Process = "0" }).ShouldBeNull();
        _reader.Read(own with { Inode = own.Inode + 1 }).ShouldBeNull("the process is in another namespace than is believed");
        _reader.Read(own with { Inode = 0 }).ShouldBeNull();
    }

    private static TcpNamespace Own() =>
        new("/proc", "self", NamespaceIdentity.Other, Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes));
}
