using System.Net.Http.Headers;

namespace Agent.Export.Transport;

/// <summary>What can be sent as a header of an export, whether the variable or the file sets it.</summary>
internal static class RequestHeader
{
    /// <summary>What a name may hold beside letters and digits (<c>tchar</c>, RFC 9110 section 5.6.2).</summary>
    private const string HttpPunctuation = "!#$%&'*+-.^_`|~";

    /// <summary>The same for gRPC's metadata ("gRPC over HTTP2", Custom-Metadata).</summary>
    private const string GrpcPunctuation = "-_.";

    /// <summary>gRPC keeps these names for itself.</summary>
    private const string GrpcPrefix = "grpc-";

    /// <summary>The value of such a name is base64 over gRPC.</summary>
    private const string GrpcBinarySuffix = "-bin";

    private const string Base64Punctuation = "+/=,";

    /// <summary>They decide how the request and its answer are framed.</summary>
    private static readonly string[] Transports =
    [
        "Accept-Encoding", "Connection", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    ];

    /// <summary>Why a header cannot be sent; null when it can. A value is a secret and never shown, and neither is what is no name.</summary>
    public static string? Fault(string name, string value, OtlpExportProtocol protocol)
    {
        bool isGrpc = protocol == OtlpExportProtocol.Grpc;
        string punctuation = isGrpc ? GrpcPunctuation : HttpPunctuation;
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || punctuation.Contains(character)))
        {
            return "it has no valid header name";
        }

        if (IsTransports(name, isGrpc))
        {
            return $"the header {name} is set by the exporter itself, or belongs to no request";
        }

        if (value.Any(char.IsControl))
        {
            return $"the value of {name} has a line break or another control character";
        }

        if (!value.All(char.IsAscii))
        {
            return $"the value of {name} has a character outside ASCII, which a header cannot carry";
        }

        return isGrpc && name.EndsWith(GrpcBinarySuffix, StringComparison.OrdinalIgnoreCase) && !value.All(IsBase64)
            ? $"the value of {name} is not base64, as gRPC requires for names ending in -bin"
            : null;
    }

    /// <summary>Puts headers into a request, in the place of those of the same names.</summary>
    public static void Apply(IReadOnlyList<(string Name, string Value)> headers, HttpRequestHeaders request)
    {
        foreach ((string name, string value) in headers)
        {
            request.Remove(name);
            request.TryAddWithoutValidation(name, value);
        }
    }

    private static bool IsTransports(string name, bool isGrpc)
    {
        // The platform knows further headers that no request has, such as Content-Type and Last-Modified.
        using var request = new HttpRequestMessage();
        return Transports.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (isGrpc && name.StartsWith(GrpcPrefix, StringComparison.OrdinalIgnoreCase))
            || !request.Headers.TryAddWithoutValidation(name, "");
    }

    private static bool IsBase64(char character) => char.IsAsciiLetterOrDigit(character) || Base64Punctuation.Contains(character);
}
