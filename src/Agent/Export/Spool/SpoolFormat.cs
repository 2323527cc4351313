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

/// <summary>
/// The name of a spool file: <c>SEQUENCE-MILLISECONDS.otlp</c>. Sorted by name they are in the order of sending, and
/// their age is known without opening them.
/// </summary>
internal static class SpoolFileName
{
    public const string Extension = ".otlp";
    public const string Pattern = "*.otlp";
    public const string TemporaryPattern = "*.otlp.tmp";
    public const string CorruptPattern = "*.otlp.corrupt";
    public const string Temporary = ".tmp";
    public const string Corrupt = ".corrupt";

    /// <summary>Greater numbers are not the agent's: counting on from them would overflow.</summary>
    private const long MaxSequence = 999_999_999_999_999_999;

    public static string Of(long sequence, DateTimeOffset created) =>
        $"{sequence:D19}-{created.ToUnixTimeMilliseconds():D13}{Extension}";

    /// <summary>False when the name is not one that the agent gives.</summary>
    public static bool TryParse(string name, out long sequence, out DateTimeOffset created)
    {
        sequence = 0;
        created = default;
        ReadOnlySpan<char> rest = name;
        int dash = rest.IndexOf('-');
        if (dash < 0 || !rest.EndsWith(Extension)
            || !long.TryParse(rest[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            || !long.TryParse(rest[(dash + 1)..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            || sequence > MaxSequence || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        created = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

        // The file is found again by the name made of these: "1-5.otlp" would be another.
        return string.Equals(name, Of(sequence, created), StringComparison.Ordinal);
    }
}
