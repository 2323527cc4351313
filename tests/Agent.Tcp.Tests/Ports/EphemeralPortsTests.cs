using System.Text;
using Agent.Tcp.Ports;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Ports;

public sealed class EphemeralPortsTests
{
    [Theory]
    [InlineData("32768\t60999\n", "\n", 28232)]
    [InlineData("32768\t60999\n", "", 28232)]
    [InlineData("1024\t65535\n", "8080,9148-9150\n", 64512 - 4)]
    [InlineData("32768\t60999\n", "22,80,443\n", 28232)]
    [InlineData("40000\t40001\n", "40000,40000-40001\n", 0)]
    [InlineData("65535\t65535\n", "\n", 1)]
    public void Parse_RangeAndReserved_CountsWhatIsLeft(string range, string reserved, int expected) =>
        Parse(range, reserved).ShouldNotBeNull().Count.ShouldBe(expected);

    [Fact]
    public void Contains_APort_IsWhetherTheKernelMayGiveIt()
    {
        EphemeralPorts ports = Parse("1024\t1030\n", "1025,1027-1028\n").ShouldNotBeNull();

        Enumerable.Range(0, 65536).Where(port => ports.Contains((ushort)port)).ShouldBe([1024, 1026, 1029, 1030]);
    }

    [Theory]
    [InlineData("", "\n")]
    [InlineData("32768\n", "\n")]
    [InlineData("60999\t32768\n", "\n")]
    [InlineData("1\t65536\n", "\n")]
    [InlineData("a\tb\n", "\n")]
    [InlineData("1\t2\n", "x\n")]
    [InlineData("1\t2\n", "1-\n")]
    [InlineData("1\t2\n", "1,\n,")]
    public void Parse_AnotherForm_IsUnknown(string range, string reserved) => Parse(range, reserved).ShouldBeNull();

    private static EphemeralPorts? Parse(string range, string reserved) =>
        EphemeralPorts.Parse(Encoding.ASCII.GetBytes(range), Encoding.ASCII.GetBytes(reserved));
}
