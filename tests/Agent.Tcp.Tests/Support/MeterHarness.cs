using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Tcp.Tests.Support;

/// <summary>The real SDK around the instrumentation, with readers that collect when told.</summary>
internal sealed class MeterHarness : IDisposable
{
    public const string Connections = "tcp.connections";
    public const string Errors = "tcp.agent.read.errors";

    private readonly List<(MetricReader Reader, CollectingExporter Exporter)> _readers = [];
    private readonly MeterProvider _provider;

    private MeterHarness(Action<MeterProviderBuilder> instrument, int readers)
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<ILoggerFactory>(Log));
        instrument(builder);
        for (int reader = 0; reader < readers; reader++)
        {
            var exporter = new CollectingExporter();
            var exporting = new BaseExportingMetricReader(exporter);
            _readers.Add((exporting, exporter));
            builder.AddReader(exporting);
        }

        _provider = builder.Build();
    }

    public CapturingLogger Log { get; } = new();

    /// <summary>As a user has it: through the public door.</summary>
    public static MeterHarness Public(ProcFixture proc, NamespaceScope scope, Action<MeterProviderBuilder>? more = null) => Public(
        options =>
        {
            options.ProcRoot = proc.Root;
            options.Namespaces = scope;
        },
        more);

    /// <inheritdoc cref="Public(ProcFixture, NamespaceScope, Action{MeterProviderBuilder}?)"/>
    public static MeterHarness Public(Action<TcpInstrumentationOptions> configure, Action<MeterProviderBuilder>? more = null) => new(
        builder =>
        {
            builder.AddTcpInstrumentation(configure);
            more?.Invoke(builder);
        },
        readers: 1);

    /// <summary>The host's namespace, with a clock of the test's own.</summary>
    public static MeterHarness WithTime(ProcFixture proc, TimeProvider time, int readers = 1, Action<MeterProviderBuilder>? more = null)
    {
        return new(
            builder =>
            {
                builder.AddMeter(TcpMetricNames.Meter).AddInstrumentation(services => new TcpMetrics(
                    OptionsOf(proc),
                    services.GetRequiredService<ILoggerFactory>().CreateLogger(TcpMetricNames.Meter),
                    time));
                more?.Invoke(builder);
            },
            readers);
    }

    /// <summary>Options and a clock of the test's own, and the instrumentation itself to look at.</summary>
    public static MeterHarness Of(
        TcpInstrumentationOptions options, TimeProvider time, out TcpMetrics metrics, Action<MeterProviderBuilder>? more = null)
    {
        TcpMetrics? made = null;
        var harness = new MeterHarness(
            builder =>
            {
                builder.AddMeter(TcpMetricNames.Meter).AddInstrumentation(services => made = new TcpMetrics(
                    options,
                    services.GetRequiredService<ILoggerFactory>().CreateLogger(TcpMetricNames.Meter),
                    time));
                more?.Invoke(builder);
            },
            readers: 1);
        metrics = made!;
        return harness;
    }

    public static TcpInstrumentationOptions OptionsOf(ProcFixture proc) =>
        new() { ProcRoot = proc.Root, Namespaces = NamespaceScope.Host };

    public static string Tags(string state, string type, string family, string? id = null) =>
        (id is null ? "" : $"linux.netns.id={id} ")
        + $"network.connection.state={state} network.type={type} tcp.socket.family={family}";

    /// <summary>The read errors that have been counted, without the types of which there were none.</summary>
    public static Dictionary<string, long> ErrorsOf(Dictionary<string, ExportedMetric> metrics) =>
        metrics[Errors].Points.Where(point => point.Value > 0).ToDictionary(StringComparer.Ordinal);

    public Dictionary<string, ExportedMetric> Collect(int reader = 0)
    {
        if (!_readers[reader].Reader.Collect())
        {
            throw new InvalidOperationException("The collection failed.");
        }

        return _readers[reader].Exporter.Last;
    }

    /// <summary>Collects with every reader, also those that the test has added.</summary>
    public void Flush()
    {
        if (!_provider.ForceFlush())
        {
            throw new InvalidOperationException("The collection failed.");
        }
    }

    public void Dispose() => _provider.Dispose();
}
