using System.Text;
using Agent.Tcp.Procfs;

namespace Agent.Tcp;

/// <summary>
/// Decodes text captured from <c>/proc/net/tcp</c> or <c>/proc/net/tcp6</c> on any machine and kernel, with or without
/// its header; several listings may follow one another. A row's family is told from its address width.
/// </summary>
/// <remarks>
/// Addresses are read as a machine of this one's byte order prints them: on the little-endian machines in common use,
/// 127.0.0.1 is <c>0100007F</c>. The text does not tell which order it was written in.
/// </remarks>
public static class ProcNetTcpDecoder
{
    private const int MaxErrorText = 200;

    /// <summary>Decodes every row; a line that is none becomes an error and costs only itself.</summary>
    /// <param name="text">The listing's bytes.</param>
    /// <param name="family">Rows of the other family are errors; null takes both.</param>
    /// <returns>The sockets, in order, and the lines that could not be decoded.</returns>
    public static DecodedListing Decode(ReadOnlySpan<byte> text, SocketFamily? family = null)
    {
        var sockets = new List<TcpSocket>();
        var errors = new List<DecodeError>();
        int number = 0;
        while (!text.IsEmpty)
        {
            int length = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = length < 0 ? text : text[..length];
            text = length < 0 ? default : text[(length + 1)..];
            DecodeLine(++number, line, family, sockets, errors);
        }

        return new DecodedListing(sockets, errors);
    }

    /// <summary>Decodes one line without its line end.</summary>
    /// <returns>False, with what is wrong in words, when the line is no row.</returns>
    public static bool TryDecodeRow(ReadOnlySpan<byte> line, out TcpSocket socket, out string? error)
    {
        RowFault fault = ProcNetTcpRow.TryParse(ProcNetTcpLine.Trim(line), out ProcNetTcpRow row);
        socket = fault == RowFault.None ? row.ToSocket() : default;
        error = fault == RowFault.None ? null : fault.Describe();
        return fault == RowFault.None;
    }

    private static void DecodeLine(
        int number,
        ReadOnlySpan<byte> raw,
        SocketFamily? family,
        List<TcpSocket> sockets,
        List<DecodeError> errors)
    {
        ReadOnlySpan<byte> line = ProcNetTcpLine.Trim(raw);
        if (ProcNetTcpLine.IsBlank(line) || ProcNetTcpLine.IsHeader(line))
        {
            return;
        }

        if (!TryDecodeRow(line, out TcpSocket socket, out string? error))
        {
            errors.Add(new DecodeError(number, Printable(line), error!));
        }
        else if (family is { } wanted && socket.Family != wanted)
        {
            errors.Add(new DecodeError(
                number, Printable(line), $"the row's addresses are those of {AddressFamilies.MetricValue(socket.Family)}"));
        }
        else
        {
            sockets.Add(socket);
        }
    }

    /// <summary>The line's begin, with what would garble a terminal replaced.</summary>
    private static string Printable(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(Math.Min(line.Length, MaxErrorText));
        foreach (byte character in line[..Math.Min(line.Length, MaxErrorText)])
        {
            text.Append(character is >= 0x20 and < 0x7F ? (char)character : character == '\t' ? ' ' : '?');
        }

        return text.ToString();
    }
}
