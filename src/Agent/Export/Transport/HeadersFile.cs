using Agent.Export.Disk;

namespace Agent.Export.Transport;

/// <summary>
/// The file of request headers. Read for each request: it is small, and a Kubernetes Secret changes by a symbolic link
/// whose own time does not change. While it cannot be used, or its disk does not answer, the headers last read are; logged once.
/// </summary>
internal sealed partial class HeadersFile(string path, OtlpExportProtocol protocol, ILogger logger, TimeSpan? answerLimit = null) : IDisposable
{
    private const int MaxBytes = 1 << 16;

    private readonly DiskThread _disk = new(answerLimit ?? DiskThread.AnswerLimit);
    private IReadOnlyList<(string Name, string Value)>? _last;
    private bool _isFailing;

    /// <summary>The headers last read, to be kept out of what is logged.</summary>
    public IReadOnlyList<(string Name, string Value)> Last => Volatile.Read(ref _last) ?? [];

    /// <summary>Puts the headers into a request, in the place of those of the same names.</summary>
    /// <exception cref="HeadersFileException">The file cannot be used, and never could.</exception>
    public void ApplyTo(HttpRequestMessage request) => RequestHeader.Apply(Read(), request.Headers);

    private IReadOnlyList<(string Name, string Value)> Read()
    {
        try
        {
            IReadOnlyList<(string, string)> headers = HeaderLines.Parse(TextInTime(), path, protocol);
            Volatile.Write(ref _last, headers);
            _isFailing = false;
            return headers;
        }
        catch (HeadersFileException exception) when (Volatile.Read(ref _last) is { } last)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                Unusable(exception.Message);
            }

            return last;
        }
    }

    public void Dispose() => _disk.Dispose();

    private string TextInTime()
    {
        try
        {
            return _disk.Run(Text);
        }
        catch (Exception exception) when (exception is (IOException and not HeadersFileException) or UnauthorizedAccessException)
        {
            throw new HeadersFileException($"Export:HeadersFile {path} cannot be read: {exception.Message}", exception);
        }
    }

    private string Text()
    {
        using var reader = new StreamReader(RegularFile.OpenRead(path));
        var text = new char[MaxBytes];
        int length = reader.ReadBlock(text);
        return length < MaxBytes ? new string(text, 0, length) : throw new HeadersFileException(
            $"Export:HeadersFile {path} is larger than {MaxBytes} bytes; it takes one name: value a line");
    }

    [LoggerMessage(EventId = 16, Level = LogLevel.Warning,
        Message = "{Fault}. The headers last read are still sent; logged once until the file can be used.")]
    private partial void Unusable(string fault);
}

/// <summary>The text of a file of request headers: one <c>name: value</c> a line; empty lines and those that begin with # are skipped.</summary>
internal static class HeaderLines
{
    /// <summary>The headers, in order.</summary>
    /// <exception cref="HeadersFileException">A line is no header, or there is none. Values are secrets: no message shows one.</exception>
    public static IReadOnlyList<(string Name, string Value)> Parse(string text, string file, OtlpExportProtocol protocol)
    {
        var headers = new List<(string, string)>();
        int number = 0;
        foreach (ReadOnlySpan<char> whole in text.EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = whole.Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            int colon = line.IndexOf(':');
            string name = colon < 0 ? "" : line[..colon].Trim().ToString();
            string value = line[(colon + 1)..].Trim().ToString();
            if (RequestHeader.Fault(name, value, protocol) is { } fault)
            {
                throw new HeadersFileException(
                    $"Export:HeadersFile {file}, line {number} is no request header: {fault}; write name: value, such as authorization: Bearer TOKEN");
            }

            headers.Add((name, value));
        }

        // A file that is just being rewritten may be seen empty.
        return headers.Count > 0 ? headers : throw new HeadersFileException(
            $"Export:HeadersFile {file} holds no header; write one name: value a line, such as authorization: Bearer TOKEN");
    }
}

/// <summary>The file of request headers cannot be used. The message names file and line, and shows nothing of its content.</summary>
internal sealed class HeadersFileException(string message, Exception? inner = null) : IOException(message, inner);
