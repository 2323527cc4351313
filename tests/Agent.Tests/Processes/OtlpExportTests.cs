using System.Globalization;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>What goes over the wire, received by real servers.</summary>
public sealed class OtlpExportTests
{
    private const string Method = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    [Theory]
    [InlineData("grpc", Method)]
    [InlineData("http/protobuf", "/v1/metrics")]
    public async Task Export_OverTheFixture_HasEverySeries(string protocol, string path)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(AgentRun.By(receiver, protocol));

        ReceivedExport export = await receiver.WaitForExportAsync();

        export.Protocol.ShouldBe(protocol);
        export.Path.ShouldBe(path);
        export.Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        export.Headers["user-agent"].ShouldStartWith("tcp-agent/");
        agent.Error.Containing($"Exporting to {(protocol == "grpc" ? receiver.GrpcEndpoint : receiver.HttpEndpoint)}").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_HeadersAndGzip_AreSent(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.By(receiver, protocol),
            new("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=secret%20one,x-tenant=ops"),
            new("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ]);

        ReceivedExport export = await receiver.WaitForExportAsync();

        export.Headers["x-api-key"].ShouldBe("secret one");
        export.Headers["x-tenant"].ShouldBe("ops");
        export.Headers[protocol == "grpc" ? "grpc-encoding" : "content-encoding"].ShouldBe("gzip");
        export.Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        agent.Error.Text.ShouldNotContain("secret");
    }

    /// <summary>By the agent's own clock: how long a busy machine takes to start a process is not the question.</summary>
    [Fact]
    public async Task Export_AtTheStart_ComesOnceWithinTwoSeconds()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            [], [AgentRun.OverFixture, AgentRun.OnceAnHour, .. AgentRun.OverHttp(receiver)]);

        ReceivedExport export = await receiver.WaitForExportAsync();

        string started = agent.Error.Containing("Exporting to").ShouldHaveSingleItem().Split(' ')[0];
        DateTimeOffset collected = DateTimeOffset.UnixEpoch.AddTicks((long)(export.CollectedAt / TimeSpan.NanosecondsPerTick));
        (collected - DateTimeOffset.Parse(started, CultureInfo.InvariantCulture)).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(2));
        receiver.Exports.Count.ShouldBe(1);
    }

    /// <summary>The SDK aborts at the start on each of these, but for the comma at the end.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_HeadersInEveryForm_AreSplitThenDecoded(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.By(receiver, protocol), new("OTEL_EXPORTER_OTLP_HEADERS", ",x=a%2Cb,a=1,,a=2,User-Agent=me,")]);

        ReceivedExport export = await receiver.WaitForExportAsync();

        export.Headers["x"].ShouldBe("a,b");
        export.Headers["a"].ShouldBe("2");
        export.Headers["user-agent"].ShouldBe("me");
    }

    [Fact]
    public async Task Export_ToAUrlWithAKey_NoLineShowsIt()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.Endpoint(new Uri(receiver.HttpEndpoint, "/?api_key=hunter2"), "http/protobuf"),
            new("Logging__LogLevel__Default", "Trace"),
        ]);

        await receiver.WaitForExportAsync();
        await agent.StopAsync();
        agent.Error.Containing($"Exporting to {receiver.HttpEndpoint}v1/metrics?(not shown) by").ShouldHaveSingleItem();
        agent.Error.Text.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Export_PerSignalVariables_WinOverTheGeneralOnes()
    {
        await using OtlpReceiver general = await OtlpReceiver.StartAsync();
        await using OtlpReceiver metrics = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.OverGrpc(general),
            new("OTEL_EXPORTER_OTLP_HEADERS", "x-from=general"),
            new("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", new Uri(metrics.HttpEndpoint, "/custom/path").ToString()),
            new("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
            new("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-from=metrics"),
            new("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none"),
        ]);

        ReceivedExport export = await metrics.WaitForExportAsync();

        export.Protocol.ShouldBe("http/protobuf");
        export.Path.ShouldBe("/custom/path");
        export.Headers["x-from"].ShouldBe("metrics");
        export.Headers.Keys.ShouldNotContain("content-encoding", StringComparer.Ordinal);
        general.Exports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Export_GeneralEndpointWithAPath_HasTheSignalsPathAppended()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
            AgentRun.Endpoint(new Uri(receiver.HttpEndpoint, "/base/"), "http/protobuf"));

        (await receiver.WaitForExportAsync()).Path.ShouldBe("/base/v1/metrics");
    }

    [Fact]
    public async Task Export_DeltaTemporality_ChangesCountersOnly()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
            [.. AgentRun.OverHttp(receiver), new("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")]);

        ReceivedExport third = (await receiver.WaitForExportsAsync(3))[2];

        Metric connections = third.Metrics.Single(metric => metric.Name == "tcp.connections");
        Metric errors = third.Metrics.Single(metric => metric.Name == "tcp.agent.read.errors");
        connections.Sum.AggregationTemporality.ShouldBe(AggregationTemporality.Cumulative);
        connections.Sum.IsMonotonic.ShouldBeFalse();
        third.Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        errors.Sum.AggregationTemporality.ShouldBe(AggregationTemporality.Delta);
        errors.Sum.IsMonotonic.ShouldBeTrue();
        third.Counts("tcp.agent.read.errors", "error.type").Where(one => one.Value != 0).ShouldBe(
            [new("malformed_row", 1), new("unknown_state", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task Export_ResourceVariables_WinOverTheAgentsOwn()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentRun.Start(
        [
            .. AgentRun.OverHttp(receiver),
            new("OTEL_SERVICE_NAME", "edge-tcp"),
            new("OTEL_RESOURCE_ATTRIBUTES", "host.name=node-7,=no,bad=%zz,k8s.cluster.name=blue,service.name=loses"),
        ]);

        IReadOnlyDictionary<string, string> resource = (await receiver.WaitForExportAsync()).Resource;

        resource["service.name"].ShouldBe("edge-tcp");
        resource["host.name"].ShouldBe("node-7");
        resource["k8s.cluster.name"].ShouldBe("blue");
        resource["service.version"].ShouldNotBeEmpty();
        resource.Keys.ShouldNotContain("bad", StringComparer.Ordinal);
        resource.Keys.ShouldNotContain("", StringComparer.Ordinal);
        agent.Error.Containing("OTEL_RESOURCE_ATTRIBUTES: member").Length.ShouldBe(2);
        agent.Error.Containing("warn: ").ShouldContain(line => line.EndsWith("member 3 is ignored: the value of bad cannot be percent-decoded."));
        Guid.TryParse(resource["service.instance.id"], out _).ShouldBeTrue();
    }
}
