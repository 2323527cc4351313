using Agent.Tcp;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace OpenTelemetry.Metrics;

/// <summary>Adds TCP socket metrics to an OpenTelemetry meter provider.</summary>
public static class TcpMeterProviderBuilderExtensions
{
    /// <summary>
    /// Reports the kernel's TCP sockets by state and address family, read when metrics are collected.
    /// Read errors are counted in <c>tcp.agent.read.errors</c> and logged once through the provider's
    /// <see cref="ILoggerFactory"/>, where there is one.
    /// </summary>
    /// <param name="builder">The meter provider's builder.</param>
    /// <param name="configure">Changes the options; the defaults report this process's own network namespace.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">Options are out of range; the message names each with its bounds.</exception>
    public static MeterProviderBuilder AddTcpInstrumentation(
        this MeterProviderBuilder builder,
        Action<TcpInstrumentationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new TcpInstrumentationOptions();
        configure?.Invoke(options);
        return builder.AddTcpInstrumentation(options);
    }

    /// <summary>The same with options that the agent has already.</summary>
    internal static MeterProviderBuilder AddTcpInstrumentation(this MeterProviderBuilder builder, TcpInstrumentationOptions options)
    {
        options.Validate();
        builder.AddMeter(TcpMetricNames.Meter);
        try
        {
            // The provider disposes of its instrumentation before its readers collect for the last time, of its services after.
            builder.ConfigureServices(services => services.TryAddSingleton<TcpMetricsOwner>());
        }
        catch (NotSupportedException)
        {
            // The provider is being built already (ConfigureOpenTelemetryMeterProvider), which is too late for a service.
            return builder.AddInstrumentation(services => Create(options, services));
        }

        return ((IDeferredMeterProviderBuilder)builder).Configure(
            (services, _) => services.GetRequiredService<TcpMetricsOwner>().Add(Create(options, services)));
    }

    private static IDisposable Create(TcpInstrumentationOptions options, IServiceProvider services)
    {
        ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return ProcessMetrics.Share(options, loggers.CreateLogger(TcpMetricNames.Meter));
    }
}
