namespace Agent.Export.Answers;

/// <summary>
/// The beginning of an answer's body. A collector's is a few bytes; a web page, or an endless stream, is not taken into
/// memory, and does not hide the status that came before it.
/// </summary>
internal sealed class AnswerBody : ByteArrayContent
{
    /// <summary>So much of a body is kept.</summary>
    public const int MaxBytes = 1 << 16;

    /// <summary>So much of a body is read for the trailers behind it.</summary>
    private const int MaxBytesBeforeTrailers = 1 << 20;

    private readonly bool _isCut;

    private AnswerBody(byte[] bytes, bool isCut)
        : base(bytes) => _isCut = isCut;

    /// <summary>There was more of the body than was kept.</summary>
    public static bool IsCut(HttpResponseMessage response) => response.Content is AnswerBody { _isCut: true };

    /// <summary>Reads the body, to its end where trailers may follow, and puts what is kept of it in its place.</summary>
    /// <exception cref="IOException">The connection ended before the body of a success did.</exception>
    public static async Task ReadAsync(HttpResponseMessage response, bool hasTrailers, CancellationToken cancellation)
    {
        using HttpContent content = response.Content;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        AnswerBody body;
        try
        {
            (int kept, bool isCut) = await ReadAsync(response, buffer.AsMemory(0, MaxBytes), hasTrailers, cancellation);
            body = new AnswerBody(buffer.AsSpan(0, kept).ToArray(), isCut);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        foreach ((string name, IEnumerable<string> values) in content.Headers.Where(static header => !IsLength(header.Key)))
        {
            body.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = body;
    }

    private static async Task<(int Kept, bool IsCut)> ReadAsync(
        HttpResponseMessage response, Memory<byte> buffer, bool hasTrailers, CancellationToken cancellation)
    {
        int kept = 0;
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
            int read;
            do
            {
                read = await stream.ReadAsync(buffer[kept..], cancellation);
                kept += read;
            }
            while (read > 0 && kept < MaxBytes);

            return (kept, kept == MaxBytes && await SkipAsync(stream, hasTrailers ? MaxBytesBeforeTrailers - MaxBytes : 1, cancellation));
        }
        catch (IOException) when (!response.IsSuccessStatusCode)
        {
            // The status says all.
            return (kept, IsCut: true);
        }
    }

    /// <summary>Reads on, up to a bound, and discards it.</summary>
    /// <returns>Whether there was anything.</returns>
    private static async Task<bool> SkipAsync(Stream stream, int most, CancellationToken cancellation)
    {
        var discarded = new byte[Math.Min(most, MaxBytes)];
        int skipped = 0, read;
        do
        {
            read = await stream.ReadAsync(discarded, cancellation);
            skipped += read;
        }
        while (read > 0 && skipped < most);

        return skipped > 0;
    }

    private static bool IsLength(string header) => string.Equals(header, "Content-Length", StringComparison.OrdinalIgnoreCase);
}
