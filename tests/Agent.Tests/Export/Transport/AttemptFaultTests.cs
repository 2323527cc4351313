using System.Net.Sockets;
using System.Security.Authentication;
using Agent.Export.Answers;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Agent.Tests.Export.Transport;

public sealed class AttemptFaultTests
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
        AttemptFault.Describe(exception, OtlpExportProtocol.HttpProtobuf).ShouldBe(expected);

    public static TheoryData<Exception, string> Types => new()
    {
        { new TimeoutRejectedException(), "timeout" },
        { new BrokenCircuitException(), "circuit_open" },
        { new HttpRequestException(HttpRequestError.NameResolutionError), "name_resolution_error" },
        { new HttpRequestException(HttpRequestError.ConnectionError), "connection_error" },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), "secure_connection_error" },
        { new HttpRequestException("cut", new HttpIOException(HttpRequestError.ResponseEnded)), "response_ended" },
        { new IOException("reset"), "connection_error" },
        { new HeadersFileException("no file"), "headers_file" },
        { new InvalidOperationException("whatever"), "_OTHER" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Judge_NoAnswer_IsWorthAnotherAttempt(Exception exception, string errorType)
    {
        Verdict verdict = AttemptFault.Judge(exception, OtlpExportProtocol.Grpc, "Export:AttemptTimeout");

        verdict.Kind.ShouldBe(VerdictKind.Transient);
        verdict.ErrorType.ShouldBe(errorType);
    }

    [Fact]
    public void Judge_BrokenOffFromThisSide_IsNoFaultOfTheCollector() =>
        AttemptFault.Judge(new OperationCanceledException(), OtlpExportProtocol.Grpc, "").Kind.ShouldBe(VerdictKind.Cancelled);

    [Fact]
    public void Judge_Timeout_NamesTheSetting() => AttemptFault.Judge(new TimeoutRejectedException(), OtlpExportProtocol.Grpc, "Export:AttemptTimeout")
        .Reason.ShouldBe("no answer in time (Export:AttemptTimeout)");
}
