using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

public sealed class DiscoveryErrorsTests
{
    [Fact]
    public void Of_AllSeen_IsNull() => DiscoveryErrors.Of("/proc", new DiscoveryStatus(0, HostStatus.Known)).ShouldBeNull();

    [Fact]
    public void Of_ProcessesRefusedBesideAVisibleHost_SaysHowManyAndCountsEach()
    {
        ReadError error = DiscoveryErrors.Of("/host/proc", new DiscoveryStatus(0, HostStatus.Known, Found: 7, Ended: 1, Denied: 3)).ShouldNotBeNull();

        (error.Path, error.Failure, error.Times).ShouldBe(("/host/proc", ReadFailure.PermissionDenied, 3));
        error.Message.ShouldContain("3 of 11 processes may not be read");
        error.Message.ShouldContain("gid=");
    }

    [Theory]
    [InlineData(2, (byte)HostStatus.Known, (byte)ReadFailure.NotFound, "/host/proc")]
    [InlineData(20, (byte)HostStatus.Known, (byte)ReadFailure.NotFound, "/host/proc")]
    [InlineData(13, (byte)HostStatus.Known, (byte)ReadFailure.PermissionDenied, "/host/proc")]
    [InlineData(5, (byte)HostStatus.Known, (byte)ReadFailure.Io, "/host/proc")]
    [InlineData(0, (byte)HostStatus.Missing, (byte)ReadFailure.NotFound, "/host/proc/1/net/tcp")]
    [InlineData(0, (byte)HostStatus.Denied, (byte)ReadFailure.PermissionDenied, "/host/proc/1/net/tcp")]
    public void Of_SomethingUnseen_NamesTheFileAndTheKind(int rootError, byte host, byte failure, string path)
    {
        ReadError error = DiscoveryErrors.Of("/host/proc", new DiscoveryStatus(rootError, (HostStatus)host)).ShouldNotBeNull();

        error.Path.ShouldBe(path);
        error.Failure.ShouldBe((ReadFailure)failure);
        error.Message.ShouldStartWith(path + ": ");
    }
}
