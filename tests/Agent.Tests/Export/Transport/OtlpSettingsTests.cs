using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

public sealed class OtlpSettingsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private readonly List<string> _faults = [];

    [Fact]
    public void Read_Nothing_GivesTheSpecificationsDefaults()
    {
        OtlpSettings settings = Read();

        settings.Endpoint.ShouldBe(new Uri("http://localhost:4318/v1/metrics"));
        settings.Protocol.ShouldBe(OtlpExportProtocol.HttpProtobuf);
        settings.TimeoutMilliseconds.ShouldBe(10_000);
        settings.Compression.ShouldBe(OtlpExportCompression.None);
        settings.Headers.ShouldBeEmpty();
        settings.Tls.Authorities.ShouldBeNull();
        settings.Tls.Client.ShouldBeNull();
    }

    [Theory]
    [InlineData("http://c:4318", null, "http://c:4318/v1/metrics", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http://c:4318/", null, "http://c:4318/v1/metrics", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("https://c/base", null, "https://c/base/v1/metrics", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("https://c/base/?tenant=a", null, "https://c/base/v1/metrics?tenant=a", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http://[::1]:4318", "http/protobuf", "http://[::1]:4318/v1/metrics", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http://c:4317", null, "http://c:4317/", OtlpExportProtocol.Grpc)]
    [InlineData("http://c:4317", "http/protobuf", "http://c:4317/v1/metrics", OtlpExportProtocol.HttpProtobuf)]
    [InlineData("http://c:4318", "grpc", "http://c:4318/", OtlpExportProtocol.Grpc)]
    [InlineData(null, "grpc", "http://localhost:4317/", OtlpExportProtocol.Grpc)]
    public void Read_AGeneralEndpoint_IsABaseOverHttp(
        string? endpoint, string? protocol, string expected, OtlpExportProtocol expectedProtocol)
    {
        OtlpSettings settings = Read((Endpoint, endpoint ?? ""), (Protocol, protocol ?? ""));

        settings.Endpoint.ShouldBe(new Uri(expected));
        settings.Protocol.ShouldBe(expectedProtocol);
    }

    [Theory]
    [InlineData("http://c:4318", "http://c:4318/")]
    [InlineData("http://c:4318/opentelemetry/v1/metrics", "http://c:4318/opentelemetry/v1/metrics")]
    [InlineData("http://c:4318/v1/metrics/", "http://c:4318/v1/metrics/")]
    public void Read_APerSignalEndpoint_IsUsedAsItIs(string endpoint, string expected) =>
        Read((MetricsEndpoint, endpoint), (Endpoint, "http://other:4318")).Endpoint.ShouldBe(new Uri(expected));

    [Fact]
    public void Read_EveryPerSignalVariable_Wins()
    {
        OtlpSettings settings = Read(
            (Protocol, "grpc"), ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "b=2"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1"), ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"), ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip"));

        settings.Protocol.ShouldBe(OtlpExportProtocol.HttpProtobuf);
        settings.Headers.ShouldBe([("b", "2")]);
        settings.TimeoutMilliseconds.ShouldBe(2);
        settings.Compression.ShouldBe(OtlpExportCompression.GZip);
    }

    [Theory]
    [InlineData(Endpoint, "collector:4317", "a URL that begins with http:// or https://, such as http://collector:4317")]
    [InlineData(Endpoint, "ftp://collector", "a URL that begins with http:// or https://, such as http://collector:4317")]
    [InlineData(MetricsEndpoint, "/v1/metrics", "a URL that begins with http:// or https://, such as http://collector:4317")]
    [InlineData(Protocol, "http/json", "grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "a whole number of milliseconds from 1 to 86400000")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "none, gzip")]
    public void Read_AValueThatIsNotAllowed_IsAFault(string name, string value, string allowed)
    {
        ReadWithFaults((name, value));

        _faults.ShouldBe([$"variable {name}: \"{value}\" is not allowed; it takes {allowed}."]);
    }

    [Theory]
    [InlineData(Endpoint, "http://me:hunter2@c:4318/?key=hunter2", "http://(not shown)@c:4318/?(not shown)")]
    [InlineData(Endpoint, "http://me:hunter2@c:99999", "http://(not shown)@c:99999")]
    [InlineData(MetricsEndpoint, "me:hunter2@c", "(not shown)@c")]
    [InlineData(Protocol, "https://c?key=hunter2", "https://c?(not shown)")]
    public void Read_AUrlWithASecretThatIsNotAllowed_IsAFaultThatHidesIt(string name, string value, string shown)
    {
        ReadWithFaults((name, value));

        _faults.ShouldHaveSingleItem().ShouldStartWith($"variable {name}: \"{shown}\" is not allowed; it takes ");
    }

    private OtlpSettings Read(params (string Name, string Value)[] variables)
    {
        OtlpSettings settings = ReadWithFaults(variables);
        _faults.ShouldBeEmpty();
        return settings;
    }

    private OtlpSettings ReadWithFaults(params (string Name, string Value)[] variables) => OtlpSettings.Read(
        new OtelVariables(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), _faults));
}
