using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Agent.Tcp.Tests.Support;

internal enum NaiveLine
{
    Nothing,
    Row,
    Malformed,
}

internal sealed record NaiveRow(int Code, SocketFamily Family, IPEndPoint Local, IPEndPoint Remote, ulong Uid, ulong Inode)
{
    public TcpSocketKind Kind =>
        Family == SocketFamily.Inet ? TcpSocketKind.Ipv4Inet
        : Local.Address.IsIPv4MappedToIPv6 || Remote.Address.IsIPv4MappedToIPv6 ? TcpSocketKind.Ipv4Inet6
        : TcpSocketKind.Ipv6Inet6;
}

/// <summary>
/// The second parser, written without a look at the first: strings, splits and 128-bit numbers, slow and plain.
/// </summary>
internal static class NaiveTable
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public static (ConnectionCounts Counts, long Malformed, long Nothing) Count(byte[] text, SocketFamily family)
    {
        var counts = new ConnectionCounts();
        long malformed = 0;
        long nothing = 0;
        foreach (string line in LinesOf(text))
        {
            NaiveLine kind = Parse(line, out NaiveRow? row);
            if (kind == NaiveLine.Nothing)
            {
                nothing++;
            }
            else if (row is not null && row.Family == family)
            {
                counts.Add(row.Kind, row.Code);
            }
            else
            {
                malformed++;
            }
        }

        return (counts, malformed, nothing);
    }

    public static string[] LinesOf(byte[] text)
    {
        string[] lines = Encoding.Latin1.GetString(text).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    public static NaiveLine Parse(string line, out NaiveRow? row)
    {
        row = null;
        string[] fields = line.TrimEnd('\r', ' ', '\t', '\0').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0)
        {
            return line.Contains('\0') ? NaiveLine.Malformed : NaiveLine.Nothing;
        }

        if (string.Equals(fields[0], "sl", StringComparison.Ordinal))
        {
            return line.Contains(':') || fields[^1] is "drops" ? NaiveLine.Malformed : NaiveLine.Nothing;
        }

        if (fields.Length < 10
            || !fields[0].EndsWith(':')
            || !IsNumber(fields[0][..^1], long.MaxValue)
            || Address(fields[1]) is not { } local
            || Address(fields[2]) is not { } remote
            || local.AddressFamily != remote.AddressFamily
            || fields[3].Length != 2 || !IsHex(fields[3])
            || !IsHexPair(fields[4])
            || !IsHexPair(fields[5]) || Convert.ToUInt64(fields[5].Split(':')[0], 16) > 255
            || !IsHexNumber(fields[6])
            || !IsUid(fields[7])
            || !IsNumber(fields[8], ulong.MaxValue)
            || !IsNumber(fields[9], ulong.MaxValue)
            || fields[10..].Any(field => field.EndsWith(':') || Address(field) is not null))
        {
            return NaiveLine.Malformed;
        }

        row = new NaiveRow(
            Convert.ToInt32(fields[3], 16),
            local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? SocketFamily.Inet : SocketFamily.Inet6,
            local,
            remote,
            fields[7][0] == '-' ? unchecked((uint)int.Parse(fields[7])) : ulong.Parse(fields[7]),
            ulong.Parse(fields[9]));
        return NaiveLine.Row;
    }

    private static IPEndPoint? Address(string field)
    {
        string[] parts = field.Split(':');
        if (parts.Length != 2 || parts[1].Length != 4 || !IsHex(parts[1]) || parts[0].Length is not (8 or 32) || !IsHex(parts[0]))
        {
            return null;
        }

        // Each group of 8 digits is one 32-bit word, printed as the machine holds it.
        var bytes = new List<byte>();
        for (int word = 0; word < parts[0].Length; word += 8)
        {
            bytes.AddRange(BitConverter.GetBytes(Convert.ToUInt32(parts[0].Substring(word, 8), 16)));
        }

        return new IPEndPoint(new IPAddress(bytes.ToArray()), Convert.ToInt32(parts[1], 16));
    }

    private static bool IsHex(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>A number of at most 64 bits.</summary>
    private static bool IsHexNumber(string text) => text.Length <= 16 && IsHex(text);

    private static bool IsHexPair(string text) =>
        text.Split(':') is [string first, string second] && IsHexNumber(first) && IsHexNumber(second);

    private static bool IsNumber(string text, UInt128 most) =>
        text.All(char.IsAsciiDigit)
        && UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 value) && value <= most;

    /// <summary>Kernels before 3.x print the uid as signed.</summary>
    private static bool IsUid(string text) => text.StartsWith('-')
        ? IsNumber(text[1..], 1L << 31) && text.Length > 1
        : IsNumber(text, ulong.MaxValue);
}
