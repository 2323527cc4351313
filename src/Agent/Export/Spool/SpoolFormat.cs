using System.Buffers.Binary;
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

    /// <summary>No collector takes so much in one request; a file that is larger is none of ours, and not read into memory.</summary>
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

    /// <summary>Writes what follows the body.</summary>
    /// <param name="trailer">Where it goes.</param>
    /// <param name="isGzip">The body is compressed.</param>
    /// <param name="stamp">When the payload was made.</param>
    /// <param name="checksum">That of header and body.</param>
    public static void WriteTrailer(Span<byte> trailer, bool isGzip, SpoolStamp stamp, Crc32C checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, (isGzip ? 1u : 0u) | (stamp.Boot << 8));
        checksum.Add(trailer[..ChecksumAt]);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[ChecksumAt..], checksum.Value);
    }

    /// <summary>Reads a whole file; false when it is torn, changed, or of another version.</summary>
    /// <param name="file">Its bytes, which the payload refers to.</param>
    /// <param name="payload">The payload.</param>
    public static bool TryRead(ReadOnlyMemory<byte> file, out OtlpPayload payload)
    {
        payload = default;
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < HeaderSize + TrailerSize || !bytes.StartsWith(Magic) || bytes[VersionAt] != Version)
        {
            return false;
        }

        var checksum = new Crc32C();
        checksum.Add(bytes[..^(TrailerSize - ChecksumAt)]);
        ReadOnlySpan<byte> trailer = bytes[^TrailerSize..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[ChecksumAt..]) != checksum.Value)
        {
            return false;
        }

        payload = new OtlpPayload(file[HeaderSize..^TrailerSize], trailer[0] == 1);
        return true;
    }

    /// <summary>Reads the stamp of a file that has as many bytes as a header and a trailer at least.</summary>
    public static SpoolStamp ReadStamp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> trailer) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(trailer) >> 8,
        BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]) >> 8);
}
