using System.Security.Cryptography;
using System.Text;
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
