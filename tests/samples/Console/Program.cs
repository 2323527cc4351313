// Sends this machine's TCP sockets by state to an OTLP backend; where to, OTEL_EXPORTER_OTLP_ENDPOINT says.
using OpenTelemetry;
using OpenTelemetry.Metrics;

using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
    .AddTcpInstrumentation()
    .AddOtlpExporter()
    .Build();

bool sent = provider.ForceFlush(10_000);
Console.WriteLine(sent ? "The TCP metrics were sent." : "The TCP metrics could not be sent.");
return sent ? 0 : 1;
