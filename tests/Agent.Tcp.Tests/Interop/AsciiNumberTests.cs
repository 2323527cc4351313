using System.Text;
using Agent.Tcp.Interop;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Interop;

public class AsciiNumberTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("0A", 0x0AUL)]
    [InlineData("0a", 0x0AUL)]
    [InlineData("FFFFFFFFFFFFFFFF", ulong.MaxValue)]
    public void TryHex_ANumber_IsRead(string text, ulong value)
    {
        AsciiNumber.TryHex(Encoding.Latin1.GetBytes(text), out ulong read).ShouldBeTrue();
        read.ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData(" 1")]
    [InlineData("-1")]
    [InlineData("0x1")]
    [InlineData("1\0")]
    [InlineData("00000000000000000")]
    public void TryHex_NoNumberOf64Bits_IsRefused(string text) =>
        AsciiNumber.TryHex(Encoding.Latin1.GetBytes(text), out _).ShouldBeFalse();

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("0000000000000000000000042", 42UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void TryDecimal_ANumber_IsRead(string text, ulong value)
    {
        AsciiNumber.TryDecimal(Encoding.Latin1.GetBytes(text), out ulong read).ShouldBeTrue();
        read.ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("1A")]
    [InlineData("+1")]
    [InlineData("-1")]
    public void TryDecimal_NoNumberOf64Bits_IsRefused(string text) =>
        AsciiNumber.TryDecimal(Encoding.Latin1.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void HexDigit_EveryByte_IsItsValueOrMinusOne()
    {
        for (int character = 0; character <= byte.MaxValue; character++)
        {
            int expected = char.IsAsciiHexDigit((char)character) ? Convert.ToInt32(((char)character).ToString(), 16) : -1;
            AsciiNumber.HexDigit((byte)character).ShouldBe(expected, $"byte {character:X2}");
        }
    }
}
