using System.Net.Http.Headers;

namespace Agent.Export.Transport;

/// <summary>The text of a file of request headers: one <c>name: value</c> a line; empty lines and those after # say nothing.</summary>
internal static class HeaderLines
{
    /// <summary>The headers, in order.</summary>
    /// <exception cref="HeadersFileException">A line is no header, or there is none. Values are secrets: no message shows one.</exception>
    public static IReadOnlyList<(string Name, string Value)> Parse(string text, string file)
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
            headers.Add(IsRequestHeader(name, value) ? (name, value) : throw new HeadersFileException(
                $"Export:HeadersFile {file}, line {number} is no request header; write name: value, such as authorization: Bearer TOKEN"));
        }

        // A file that is just being written anew may be seen empty.
        return headers.Count > 0 ? headers : throw new HeadersFileException(
            $"Export:HeadersFile {file} holds no header; write one name: value a line, such as authorization: Bearer TOKEN");
    }

    private static bool IsRequestHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        HttpRequestHeaders headers = request.Headers;
        return name.Length > 0
            && !value.Any(char.IsControl)
            && !name.Equals("Host", StringComparison.OrdinalIgnoreCase)
            && headers.TryAddWithoutValidation(name, value);
    }
}
