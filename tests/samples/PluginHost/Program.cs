// Does with a plugin what OpenTelemetry's .NET automatic instrumentation does, by its page "Plugins": creates each class that
// OTEL_DOTNET_AUTO_PLUGINS names by its default constructor, and calls the method by its name.
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder();
foreach (string name in (Environment.GetEnvironmentVariable("OTEL_DOTNET_AUTO_PLUGINS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
{
    object plugin = Activator.CreateInstance(Type.GetType(name, throwOnError: true)!)!;
    MethodInfo? configure = plugin.GetType().GetMethod("BeforeConfigureMeterProvider", [typeof(MeterProviderBuilder)]);
    builder = (MeterProviderBuilder)(configure?.Invoke(plugin, [builder]) ?? builder);
}

using MeterProvider provider = builder.AddConsoleExporter().Build();
return provider.ForceFlush(10_000) ? 0 : 1;
