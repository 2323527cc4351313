using System.Buffers.Binary;
using Agent.Tcp.Interop;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Interop;

public sealed class TcpInfoTests
{
    /// <summary>Lengths of the struct by the kernel that first had it, and whether it holds what later ones appended.</summary>
    public static TheoryData<string, int, bool, bool, bool, bool> Layouts => new()
    {
        // Version, length, tcpi_min_rtt, tcpi_delivery_rate, tcpi_busy_time and its shares, tcpi_bytes_sent and _retrans.
        { "2.6 to 3.14", 104, false, false, false, false },
        { "3.15", 120, false, false, false, false },
        { "4.1", 136, false, false, false, false },
        { "4.2", 144, false, false, false, false },
        { "4.6", 160, true, false, false, false },
        { "4.9", 168, true, true, false, false },
        { "4.10", 192, true, true, true, false },
        { "4.18", 200, true, true, true, false },
        { "4.19", 224, true, true, true, true },
        { "5.4", 232, true, true, true, true },
        { "6.2", 240, true, true, true, true },
        { "6.7", 248, true, true, true, true },
        { "of the future", 512, true, true, true, true },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Fields_LengthOfAVersion_TellWhatItHasAndNothingBeyond(
        string version, int length, bool least, bool delivery, bool limits, bool bytes)
    {
        var info = new TcpInfo(Numbered(length));

        info.RoundTrip.ShouldBe(68u, version);
        info.RoundTripVariation.ShouldBe(72u, version);
        info.CongestionWindow.ShouldBe(80u, version);
        info.Retransmissions.ShouldBe(100u, version);
        info.LeastRoundTrip.ShouldBe(least ? 148u : null, version);
        info.DeliveryRate.ShouldBe(delivery ? Wide(160) : null, version);
        info.BusyTime.ShouldBe(limits ? Wide(168) : null, version);
        info.ReceiveWindowLimited.ShouldBe(limits ? Wide(176) : null, version);
        info.SendBufferLimited.ShouldBe(limits ? Wide(184) : null, version);
        info.BytesSent.ShouldBe(bytes ? Wide(200) : null, version);
        info.BytesRetransmitted.ShouldBe(bytes ? Wide(208) : null, version);
    }

    [Fact]
    public void Fields_CutAnywhere_AreWholeOrUnknown()
    {
        byte[] whole = Numbered(224);
        for (int length = 0; length <= whole.Length; length++)
        {
            var info = new TcpInfo(whole.AsSpan(0, length));
            info.RoundTrip.ShouldBe(length >= 72 ? 68u : null);
            info.BytesSent.ShouldBe(length >= 208 ? Wide(200) : null);
            info.BytesRetransmitted.ShouldBe(length >= 216 ? Wide(208) : null);
        }
    }

    [Fact]
    public void Fields_NothingMeasuredYet_AreUnknown()
    {
        byte[] bytes = new byte[224];

        // tcp_init_sock: the least is ~0 until there is one; the deviation begins at a guess.
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(72), 250_000);
        bytes.AsSpan(148, 4).Fill(0xFF);
        var info = new TcpInfo(bytes);

        info.RoundTrip.ShouldBeNull();
        info.RoundTripVariation.ShouldBeNull();
        info.LeastRoundTrip.ShouldBeNull();
        info.BytesSent.ShouldBe(0ul);
    }

    [Fact]
    public void Fields_NoStruct_AreUnknown()
    {
        var info = default(TcpInfo);

        info.RoundTrip.ShouldBeNull();
        info.Retransmissions.ShouldBeNull();
        info.BytesSent.ShouldBeNull();
    }

    /// <summary>Each 32-bit word holds its own offset.</summary>
    private static byte[] Numbered(int length)
    {
        byte[] bytes = new byte[length];
        for (int offset = 0; offset < length; offset += sizeof(uint))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(offset), (uint)offset);
        }

        return bytes;
    }

    private static ulong Wide(uint offset)
    {
        byte[] bytes = [.. BitConverter.GetBytes(offset), .. BitConverter.GetBytes(offset + sizeof(uint))];
        return BitConverter.ToUInt64(bytes);
    }
}
