using Agent.Configuration;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agent.Hosting;

/// <summary>The Generic Host around the meter provider.</summary>
internal static class AgentHost
{
    /// <summary>From SIGTERM to the end, whatever happens; the meter provider's budget is within it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8.5);

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="ConfigurationException">The health port cannot be listened on.</exception>
    /// <exception cref="Text.OutputException">Nothing is exported but tables, and these cannot be printed.</exception>
    public static async Task RunAsync(AgentConfiguration configuration, CancellationToken cancellation)
    {
        using IHost host = Build(configuration);
        ConsoleTable table = host.Services.GetRequiredService<ConsoleTable>();

        // Also while the first collection is made, when the host has not started yet.
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(static () => StopDeadline.Begin(StopLimit));
        Listen(host.Services.GetRequiredService<HealthServer>());
        await host.RunAsync(cancellation);
        if (configuration.Telemetry.Otlp is null && table.Fault is { } fault)
        {
            throw fault;
        }
    }

    private static void Listen(HealthServer health)
    {
        try
        {
            health.Listen();
        }
        catch (IOException exception)
        {
            throw new ConfigurationException([exception.Message]);
        }
    }

    public static IHost Build(AgentConfiguration configuration)
    {
        // Empty: no appsettings.json by chance, no command-line keys; configuration has been read and checked already.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddAgentConsole(configuration.Settings.Logging);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddSingleton(configuration.Telemetry);
        builder.Services.AddSingleton(configuration.Settings.Tcp);
        builder.Services.AddSingleton(configuration.Settings.Health);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ExportStatus>();
        builder.Services.AddSingleton<ConsoleTable>();
        builder.Services.AddSingleton<CollectionBeat>();
        builder.Services.AddSingleton<HealthReport>();
        builder.Services.AddSingleton<HealthServer>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<HealthServer>());
        builder.Services.AddHostedService<MeterProviderService>();
        builder.Services.AddHostedService<MemoryReturn>();
        return builder.Build();
    }
}
