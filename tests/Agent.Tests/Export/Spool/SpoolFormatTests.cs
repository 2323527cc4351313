using System.Text;
using Agent.Export.Protobuf;
using Agent.Export.Spool;

namespace Agent.Tests.Export.Spool;

public sealed class SpoolFormatTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("", false)]
    [InlineData("a message", false)]
    [InlineData("a message", true)]
    public void Read_AWholeFile_GivesThePayload(string text, bool gzip)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);

        OtlpPayload payload = SpoolFormat.Read(FileOf(body, gzip)).ShouldNotBeNull();

        payload.Message.ToArray().ShouldBe(body);
        payload.IsGzip.ShouldBe(gzip);
    }

    [Fact]
    public void Read_TornAnywhere_IsRefused()
    {
        byte[] file = FileOf("some message of an export"u8, gzip: true);
        for (int length = 0; length < file.Length; length++)
        {
            SpoolFormat.Read(file.AsMemory(0, length)).ShouldBeNull($"{length} bytes");
        }
    }

    [Fact]
    public void Read_AnyBitChanged_IsRefused()
    {
        byte[] file = FileOf("some message of an export"u8, gzip: false);
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            SpoolFormat.Read(file).ShouldBeNull($"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>What a file system may leave after a loss of power: the length without the content.</summary>
    [Fact]
    public void Read_Zeros_AreRefused() => SpoolFormat.Read(new byte[4096]).ShouldBeNull();

    /// <summary>The check value of CRC-32C in the catalogue of parametrised CRC algorithms.</summary>
    [Fact]
    public void Crc32C_TheCheckValue_IsTheCatalogues()
    {
        var checksum = new Crc32C();
        checksum.Add("123456789"u8);
        checksum.Value.ShouldBe(0xE3069283u);
    }

    [Fact]
    public void Crc32C_InPieces_IsThatOfTheWhole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(value => (byte)value)];
        var whole = new Crc32C();
        whole.Add(bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var pieces = new Crc32C();
            pieces.Add(bytes.AsSpan(0, cut));
            pieces.Add(bytes.AsSpan(cut));
            pieces.Value.ShouldBe(whole.Value, $"cut at {cut}");
        }
    }

    [Fact]
    public void Read_WithAStamp_IsReadAndTellsIt()
    {
        var stamp = new SpoolStamp(0xABCDEF, 0x123456);
        byte[] file = FileOf("body"u8, gzip: true, stamp);

        OtlpPayload payload = SpoolFormat.Read(file).ShouldNotBeNull();

        payload.IsGzip.ShouldBeTrue();
        payload.Message.ToArray().ShouldBe("body"u8.ToArray());
        SpoolFormat.ReadStamp(file, file.AsSpan(file.Length - SpoolFormat.TrailerSize)).ShouldBe(stamp);
    }

    private static byte[] FileOf(ReadOnlySpan<byte> body, bool gzip, SpoolStamp stamp = default)
    {
        var file = new byte[SpoolFormat.HeaderSize + body.Length + SpoolFormat.TrailerSize];
        SpoolFormat.WriteHeader(file.AsSpan(0, SpoolFormat.HeaderSize), Created, stamp);
        body.CopyTo(file.AsSpan(SpoolFormat.HeaderSize));
        var checksum = new Crc32C();
        checksum.Add(file.AsSpan(0, SpoolFormat.HeaderSize + body.Length));
        SpoolFormat.WriteTrailer(file.AsSpan(file.Length - SpoolFormat.TrailerSize), gzip, stamp, checksum);
        return file;
    }
}
