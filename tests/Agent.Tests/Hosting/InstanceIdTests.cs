using Agent.Hosting;

namespace Agent.Tests.Hosting;

public sealed class InstanceIdTests
{
    [Fact]
    public void Version5Of_TheExampleOfRfc9562_IsItsUuid()
    {
        // RFC 9562 appendix A.4: the DNS namespace and "www.example.com".
        var dns = new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

        InstanceId.Version5Of(dns, "www.example.com").ShouldBe(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
    }

    [Fact]
    public void Of_TheSameMachine_IsTheSame() => InstanceId.Of("id", "node").ShouldBe(InstanceId.Of("id", "node"));

    [Theory]
    [InlineData("id", "other")]
    [InlineData("other", "node")]
    [InlineData("", "node")]
    public void Of_AnotherMachineOrHost_Differs(string machineId, string hostName) =>
        InstanceId.Of(machineId, hostName).ShouldNotBe(InstanceId.Of("id", "node"));
}
