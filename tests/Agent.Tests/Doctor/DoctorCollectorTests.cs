using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Doctor;

/// <summary>The real program against collectors of every sort.</summary>
[Collection(AloneCollection.Name)]
public sealed class DoctorCollectorTests
{
    private const string Secret = "hunter2-hunter2";

    private static readonly KeyValuePair<string, string> Headers = new("OTEL_EXPORTER_OTLP_HEADERS", $"api-key={Secret}");

    [Theory]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http/protobuf", "/v1/metrics")]
    public async Task Doctor_ACollectorThatWorks_GetsOneEmptyExport(string protocol, string path)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        DoctorRun run = await DoctorRun.StartAsync([.. AgentRun.By(receiver, protocol), Headers]);

        run.ExitCode.ShouldBe(0, run.Text);
        run["collector"].Status.ShouldBe("ok");
        run["clock"].Status.ShouldBe("ok", "Kestrel's answers carry a date");
        ReceivedExport export = receiver.Exports.ShouldHaveSingleItem();
        export.Protocol.ShouldBe(protocol);
        export.Path.ShouldBe(path);
        export.Metrics.ShouldBeEmpty();
        export.Headers["api-key"].ShouldBe(Secret);
        run.Text.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Doctor_NothingListens_SaysRefused(string protocol)
    {
        DoctorRun run = await DoctorRun.StartAsync(AgentRun.Endpoint(new Uri($"http://127.0.0.1:{FreePort.Next()}"), protocol));

        Failed(run, "connection refused; nothing listens there", "Start the collector");
    }

    [Theory]
    [InlineData("grpc", "gRPC status 16: no such key (not shown)")]
    [InlineData("http/protobuf", "401 Unauthorized: no such key (not shown)")]
    public async Task Doctor_RefusedCredentials_AreToldAndNotShown(string protocol, string said)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.FromResult(new OtlpAnswer
        {
            HttpStatus = 401,
            GrpcStatus = StatusCode.Unauthenticated,
            Message = $"no such key {Secret}",
        });

        DoctorRun run = await DoctorRun.StartAsync([.. AgentRun.By(receiver, protocol), Headers]);

        Failed(run, said, "OTEL_EXPORTER_OTLP_HEADERS");
        run.Text.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Doctor_AWebPage_IsNoReceiver()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.FromResult(new OtlpAnswer
        {
            HttpStatus = 404,
            Message = "<!doctype html>\n<title>Not found</title>",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = "text/html" },
        });

        DoctorRun run = await DoctorRun.StartAsync(AgentRun.OverHttp(receiver));

        Failed(run, "it answered 404 Not Found with a web page (HTML)", "/v1/metrics");
    }

    [Fact]
    public async Task Doctor_GrpcToThePortForHttp_IsToldSo()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        DoctorRun run = await DoctorRun.StartAsync(AgentRun.Endpoint(receiver.HttpEndpoint, "grpc"));

        Failed(run, "what answers there does not speak HTTP/2", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Fact]
    public async Task Doctor_HttpToThePortForGrpc_IsToldSo()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        DoctorRun run = await DoctorRun.StartAsync(AgentRun.Endpoint(receiver.GrpcEndpoint, "http/protobuf"));

        Failed(run, receiver.GrpcEndpoint.ToString(), "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Doctor_NoAnswer_SaysThatItConnectsAndHangs(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiver.NeverAsync;

        DoctorRun run = await DoctorRun.StartAsync(
            [.. AgentRun.By(receiver, protocol), new("OTEL_EXPORTER_OTLP_TIMEOUT", "500")]);

        Failed(run, "no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT); a TCP connection succeeds", "accepts connections but does not answer");
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Doctor_OverTls_ChecksTheAuthorityAndShowsTheClientCertificate(string protocol)
    {
        using var own = new TestCertificates("own");
        using var foreign = new TestCertificates("foreign");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(
            new OtlpReceiverOptions { ServerCertificate = own.Server, ClientAuthority = own.Authority });
        KeyValuePair<string, string>[] client =
        [
            .. AgentRun.By(receiver, protocol),
            new("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", own.ClientFile),
            new("OTEL_EXPORTER_OTLP_CLIENT_KEY", own.ClientKeyFile),
        ];

        DoctorRun distrusted = await DoctorRun.StartAsync([.. client, new("OTEL_EXPORTER_OTLP_CERTIFICATE", foreign.AuthorityFile)]);
        DoctorRun trusted = await DoctorRun.StartAsync([.. client, new("OTEL_EXPORTER_OTLP_CERTIFICATE", own.AuthorityFile)]);

        Failed(distrusted, "TLS failed: ", "OTEL_EXPORTER_OTLP_CERTIFICATE");
        trusted["collector"].Status.ShouldBe("ok", trusted.Text);
        receiver.Exports.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=agent");
    }

    private static void Failed(DoctorRun run, string said, string fix)
    {
        run.ExitCode.ShouldBe(1, run.Text);
        run["collector"].Status.ShouldBe("failed");
        run["collector"].Found.ShouldContain(said);
        run["collector"].Fix!.ShouldContain(fix);
    }
}
