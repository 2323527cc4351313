using System.Buffers.Binary;
using Agent.Export.Transport;

namespace Agent.Export.Spool;

/// <summary>
/// The content of a spool file, numbers little-endian:
/// <code>
/// header  4 bytes "OTLP" · 1 version · 3 zero · 8 time of creation, Unix milliseconds
/// body    an ExportMetricsServiceRequest, maybe compressed
/// trailer 1 byte flags (1: gzip) · 3 zero · 4 CRC-32C of all before it
/// </code>
/// A file that was torn anywhere does not add up.
/// </summary>
internal static class SpoolFormat
{
    public const int HeaderSize = 16;
    public const int TrailerSize = 8;

    private const byte Version = 1;
    private const int VersionAt = 4, CreatedAt = 8, ChecksumAt = 4;

    private static ReadOnlySpan<byte> Magic => "OTLP"u8;

    public static void WriteHeader(Span<byte> header, DateTimeOffset created)
    {
        header.Clear();
        Magic.CopyTo(header);
        header[VersionAt] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(header[CreatedAt..], created.ToUnixTimeMilliseconds());
    }

    /// <summary>Writes what follows the body.</summary>
    /// <param name="trailer">Where it goes.</param>
    /// <param name="isGzip">The body is compressed.</param>
    /// <param name="checksum">That of header and body.</param>
    public static void WriteTrailer(Span<byte> trailer, bool isGzip, Crc32C checksum)
    {
        trailer.Clear();
        trailer[0] = isGzip ? (byte)1 : (byte)0;
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
}
