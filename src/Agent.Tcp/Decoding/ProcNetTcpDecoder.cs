using Agent.Tcp.Decoding;
using Agent.Tcp.Procfs;

namespace Agent.Tcp;

/// <summary>
/// Decodes text captured from <c>/proc/net/tcp</c> or <c>/proc/net/tcp6</c> on any machine and kernel, with or without
/// its header; several listings may follow one another. A row's family is told from its address width.
/// </summary>
/// <remarks>
/// <para>
/// The text does not tell the byte order of its machine, which is therefore a parameter. Numbers of lines (<c>grep -n</c>,
/// <c>cat -n</c>), the marks <c>&gt;</c> and <c>|</c> of quotes and tables, lines of a prompt, a byte order mark, UTF-16 and
/// Unicode's spaces are taken as they come with pasting.
/// </para>
/// <para>Every row counts, also one that stands there twice: a capture under load may list a socket again.</para>
/// </remarks>
public static class ProcNetTcpDecoder
{
    /// <summary>
    /// Decodes row by row while the text is read; holds next to nothing of it. A line that is no row becomes an error and
    /// costs only itself.
    /// </summary>
    /// <param name="text">The listing. Its beginning is read at once, the rest as rows are taken.</param>
    /// <param name="family">Rows of the other family are errors; null takes both.</param>
    /// <param name="order">The byte order of the machine that it is from.</param>
    /// <returns>The rows and the lines in error, in order.</returns>
    /// <exception cref="IOException">The text cannot be read.</exception>
    public static IEnumerable<DecodedRow> Decode(
        Stream text, SocketFamily? family = null, ByteOrder order = ByteOrder.Little) =>
        Decode(text.Read, family, order);

    /// <inheritdoc cref="Decode(Stream, SocketFamily?, ByteOrder)"/>
    internal static IEnumerable<DecodedRow> Decode(TextReading text, SocketFamily? family, ByteOrder order) =>
        Rows(new CapturedLines(text), new LineDecoder(family, order));

    private static IEnumerable<DecodedRow> Rows(CapturedLines lines, LineDecoder decoder)
    {
        while (Advance(lines, decoder))
        {
            while (decoder.Ready.TryDequeue(out DecodedRow row))
            {
                yield return row;
            }
        }

        decoder.End();
        while (decoder.Ready.TryDequeue(out DecodedRow row))
        {
            yield return row;
        }
    }

    private static bool Advance(CapturedLines lines, LineDecoder decoder)
    {
        if (!lines.TryNext(out ReadOnlySpan<byte> line, out bool isOverlong))
        {
            return false;
        }

        decoder.Line(line, isOverlong);
        return true;
    }
}

/// <summary>What one line of a listing says: a socket, or what is wrong with it.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Socket">The socket; meaningless with an error.</param>
/// <param name="Error">Why the line could not be decoded; null when it was.</param>
public readonly record struct DecodedRow(int Line, TcpSocket Socket, DecodeError? Error);

/// <summary>A line that could not be decoded.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">Its first 200 characters; those that are not printable ASCII replaced by a question mark.</param>
/// <param name="Error">What is wrong, by column where it is a row.</param>
public sealed record DecodeError(int Line, string Text, string Error);
