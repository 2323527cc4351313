using Agent.Export.Protobuf;

namespace Agent.Export.Spool;

/// <summary>
/// The content of a spool file, numbers little-endian:
/// <code>
/// header  4 bytes "OTLP" · 1 version · 3 seconds of <see cref="SpoolStamp"/> · 8 time of creation, Unix milliseconds
/// body    an ExportMetricsServiceRequest, maybe compressed
/// trailer 1 byte flags (1: gzip) · 3 boot of <see cref="SpoolStamp"/> · 4 CRC-32C of all before it
/// </code>
/// A file that was torn anywhere does not add up. Older versions of the agent wrote zeros in place of the stamp, and
/// read files that have one.
/// </summary>
internal static class SpoolFormat
{
    public const int HeaderSize = 16;
    public const int TrailerSize = 8;

    /// <summary>No collector accepts so much in one request; a larger file is not the agent's, and not read into memory.</summary>
    public const long MaxFileBytes = 64 * 1024 * 1024;

    private const byte Version = 1;
    private const int VersionAt = 4, CreatedAt = 8, ChecksumAt = 4;

    private static ReadOnlySpan<byte> Magic => "OTLP"u8;

    public static void WriteHeader(Span<byte> header, DateTimeOffset created, SpoolStamp stamp)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[VersionAt..], Version | (stamp.Seconds << 8));
        BinaryPrimitives.WriteInt64LittleEndian(header[CreatedAt..], created.ToUnixTimeMilliseconds());
    }

    /// <summary>Writes what follows the body. The checksum is that of header and body.</summary>
    public static void WriteTrailer(Span<byte> trailer, bool isGzip, SpoolStamp stamp, Crc32C checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, (isGzip ? 1u : 0u) | (stamp.Boot << 8));
        checksum.Add(trailer[..ChecksumAt]);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[ChecksumAt..], checksum.Value);
    }

    /// <summary>Reads a whole file, whose bytes the payload refers to; null when it is torn, changed, or of another version.</summary>
    public static OtlpPayload? Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < HeaderSize + TrailerSize || !bytes.StartsWith(Magic) || bytes[VersionAt] != Version)
        {
            return null;
        }

        var checksum = new Crc32C();
        checksum.Add(bytes[..^(TrailerSize - ChecksumAt)]);
        ReadOnlySpan<byte> trailer = bytes[^TrailerSize..];
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer[ChecksumAt..]) == checksum.Value
            ? new OtlpPayload(file[HeaderSize..^TrailerSize], trailer[0] == 1)
            : null;
    }

    /// <summary>Reads the stamp of a file that has as many bytes as a header and a trailer at least.</summary>
    public static SpoolStamp ReadStamp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> trailer) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(trailer) >> 8,
        BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]) >> 8);
}

/// <summary>CRC-32C (Castagnoli; RFC 9260, appendix A), by the processor's instruction.</summary>
internal struct Crc32C()
{
    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            _state = BitOperations.Crc32C(_state, eight);
        }

        foreach (byte one in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
        {
            _state = BitOperations.Crc32C(_state, one);
        }
    }
}
