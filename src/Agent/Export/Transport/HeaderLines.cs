using OpenTelemetry.Exporter;

namespace Agent.Export.Transport;

/// <summary>The text of a file of request headers: one <c>name: value</c> a line; empty lines and those after # say nothing.</summary>
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

        // A file that is just being written anew may be seen empty.
        return headers.Count > 0 ? headers : throw new HeadersFileException(
            $"Export:HeadersFile {file} holds no header; write one name: value a line, such as authorization: Bearer TOKEN");
    }
}
