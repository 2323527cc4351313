using System.Security.Cryptography;
using System.Text;
using Agent.Hosting;
using Shouldly;
using Xunit;

namespace Agent.Tests.Hosting;

public sealed class Sha1Tests
{
    [Theory]
    [InlineData("", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709")]
    [InlineData("abc", "A9993E364706816ABA3E25717850C26C9CD0D89D")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983E441C3BD26EBAAE4AA1F95129E5E54670F1")]
    public void Hash_VectorsOfRfc3174_Match(string text, string expected) =>
        Convert.ToHexString(Sha1.Hash(Encoding.ASCII.GetBytes(text))).ShouldBe(expected);

    [Fact]
    public void Hash_EveryLengthAroundABlock_IsThePlatforms()
    {
        for (int length = 0; length <= 200; length++)
        {
            byte[] text = [.. Enumerable.Range(0, length).Select(index => (byte)(index * 7))];
#pragma warning disable CA5350 // Compared with, not relied on.
            Sha1.Hash(text).ShouldBe(SHA1.HashData(text));
#pragma warning restore CA5350
        }
    }
}
