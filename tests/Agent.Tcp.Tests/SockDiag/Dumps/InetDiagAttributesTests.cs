using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class InetDiagAttributesTests
{
    private static readonly byte[] Shutdown = DiagMessages.Attribute(8, 0);
    private static readonly byte[] CgroupId = DiagMessages.Attribute(21, 1, 0, 0, 0, 0, 0, 0, 0);

    public static TheoryData<string, byte[], bool?> Cases => new()
    {
        { "none", [], null },
        { "others only", [.. Shutdown, .. CgroupId], null },
        { "first", [.. DiagMessages.Attribute(11, 1), .. CgroupId], true },
        { "last", [.. Shutdown, .. CgroupId, .. DiagMessages.Attribute(11, 0)], false },
        { "last, without padding", [.. Shutdown, .. DiagMessages.Attribute(11, 1)[..5]], true },
        { "with a flag in the type", DiagMessages.Attribute(11 | 0x4000, 1), true },
        { "of another size", DiagMessages.Attribute(11, 1, 0), null },
        { "after one of length 0", [0, 0, 8, 0, .. DiagMessages.Attribute(11, 1)], null },
        { "longer than the message", [9, 0, 11, 0, 1, 0, 0, 0], null },
        { "cut in its header", [5, 0, 11], null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void V6Only_Attributes_TellWhetherTheSocketTakesIpv4(string name, byte[] attributes, bool? expected) =>
        InetDiagAttributes.V6Only(attributes).ShouldBe(expected, name);

    [Fact]
    public void Info_AmongOthers_IsFoundByItsType()
    {
        byte[] info = new byte[104];
        info[68] = 42;

        InetDiagAttributes.Info([.. Shutdown, .. DiagMessages.Attribute(2, info), .. CgroupId]).RoundTrip.ShouldBe(42u);
        InetDiagAttributes.Info([.. Shutdown, .. CgroupId]).RoundTrip.ShouldBeNull();
        InetDiagAttributes.Info([.. Shutdown, .. DiagMessages.Attribute(2, info)[..^1]]).RoundTrip.ShouldBeNull();
    }
}
