using Agent.Configuration;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agent.Hosting;

/// <summary>The Generic Host around the meter provider.</summary>
internal static class AgentHost
{
    /// <summary>From SIGTERM to the end of the process, whatever happens; includes the meter provider's budget.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8.5);

    /// <summary>SIGXFSZ (signal(7), the same number on x86 and ARM): a file of the spool reached the limit of <c>ulimit -f</c>.</summary>
    private const PosixSignal FileSizeLimit = (PosixSignal)25;

    /// <summary>Runs until it is stopped.</summary>
    /// <exception cref="ConfigurationException">The health port cannot be opened.</exception>
    /// <exception cref="Text.OutputException">Only tables are exported, and they cannot be printed.</exception>
    public static async Task RunAsync(AgentConfiguration configuration, CancellationToken cancellation)
    {
        // The write then fails, as on a full disk. By default the signal ends the process.
        using var limit = PosixSignalRegistration.Create(FileSizeLimit, static context => context.Cancel = true);
        using IHost host = Build(configuration);
        ConsoleTable table = host.Services.GetRequiredService<ConsoleTable>();

        // Also during the first collection, before the host has started.
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
        // Empty: no appsettings.json from the working directory, no command-line keys. The configuration is already read and checked.
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
        MeterProviderService.AddTo(builder, configuration);
        builder.Services.AddHostedService<MemoryReturn>();
        return builder.Build();
    }
}
