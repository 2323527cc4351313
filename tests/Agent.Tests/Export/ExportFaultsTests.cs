using System.Net.Sockets;
using System.Security.Authentication;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed class ExportFaultsTests
{
    public static TheoryData<Exception, string> Cases => new()
    {
        { new TaskCanceledException(), "no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT)" },
        {
            new HttpRequestException(HttpRequestError.NameResolutionError, "no", new SocketException((int)SocketError.HostNotFound)),
            "its host name is not known"
        },
        {
            new HttpRequestException(HttpRequestError.SecureConnectionError, "see inner", new AuthenticationException("bad chain.\nreally.")),
            "TLS failed: bad chain. really"
        },
        {
            new HttpRequestException("see inner", new SocketException((int)SocketError.ConnectionRefused)),
            "connection refused; nothing listens there"
        },
        { new IOException("outer", new IOException("The response ended prematurely.")), "The response ended prematurely" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Describe_AFault_IsOneLineInWords(Exception exception, string expected) =>
        ExportFaults.Describe(exception).ShouldBe(expected);
}
