// A web application that reports its TCP sockets; the section "Tcp" of its configuration has the options.
using OpenTelemetry.Metrics;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddTcpInstrumentation(options => builder.Configuration.GetSection("Tcp").Bind(options))
    .AddOtlpExporter());

WebApplication app = builder.Build();
app.MapGet("/", () => "Hello");
app.Run();
