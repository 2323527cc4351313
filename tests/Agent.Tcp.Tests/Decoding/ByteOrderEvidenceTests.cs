using System.Text;
using Agent.Tcp.Decoding;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Decoding;

public class ByteOrderEvidenceTests
{
    /// <summary>Addresses as a big-endian machine prints them; a little-endian one reverses each group of eight.</summary>
    [Theory]
    [InlineData("7F000001", "7F000001")]
    [InlineData("0A0100C8", "5DB8D822")]
    [InlineData("C0A80114", "08080808")]
    [InlineData("AC100501", "AC1005FE")]
    [InlineData("00000000", "7F000001")]
    [InlineData("00000000000000000000FFFF7F000001", "00000000000000000000FFFF0A000001")]
    [InlineData("00000000000000000000000000000001", "00000000000000000000000000000000")]
    [InlineData("20010DB8000000000000000000000007", "FD000000000000000000000000000001")]
    [InlineData("FE80000000000000021122FFFE334455", "FE80000000000000021122FFFE334466")]
    public void IsReversed_OfLocalAddresses_IsToldInEitherOrder(string local, string remote)
    {
        IsReversed(ProcRows.Row(0x01, local, remote), ByteOrder.Little).ShouldBeTrue();
        IsReversed(ProcRows.Row(0x01, local, remote), ByteOrder.Big).ShouldBeFalse();
        IsReversed(ProcRows.Row(0x01, Reversed(local), Reversed(remote)), ByteOrder.Little).ShouldBeFalse();
        IsReversed(ProcRows.Row(0x01, Reversed(local), Reversed(remote)), ByteOrder.Big).ShouldBeTrue();
    }

    /// <summary>Nothing tells these; a hint would be a guess.</summary>
    [Theory]
    [InlineData("00000000", "00000000")]
    [InlineData("5DB8D822", "08080808")]
    [InlineData("00000000000000000000000000000000", "00000000000000000000000000000000")]
    public void IsReversed_OfAddressesThatSayNothing_IsNotSaid(string local, string remote)
    {
        IsReversed(ProcRows.Row(0x0A, local, remote), ByteOrder.Little).ShouldBeFalse();
        IsReversed(ProcRows.Row(0x0A, local, remote), ByteOrder.Big).ShouldBeFalse();
    }

    [Theory]
    [InlineData("linux-2.6/tcp")]
    [InlineData("linux-6.18/tcp")]
    [InlineData("linux-6.18/tcp6")]
    public void IsReversed_OfARecordedTable_IsToldInTheOtherOrderOnly(string fixture)
    {
        IsReversed(Encoding.Latin1.GetString(Fixtures.Bytes(fixture)), ByteOrder.Little).ShouldBeFalse();
        IsReversed(Encoding.Latin1.GetString(Fixtures.Bytes(fixture)), ByteOrder.Big).ShouldBeTrue();
    }

    private static bool IsReversed(string text, ByteOrder order)
    {
        var evidence = new ByteOrderEvidence();
        foreach (DecodedRow row in ProcNetTcpDecoder.Decode(new MemoryStream(Encoding.Latin1.GetBytes(text)), order: order))
        {
            row.Error.ShouldBeNull();
            evidence.Add(row.Socket);
        }

        return evidence.IsReversed;
    }

    private static string Reversed(string address) => string.Concat(
        address.Chunk(8).Select(word => string.Concat(word.Chunk(2).Reverse().Select(pair => new string(pair)))));
}
