namespace Agent.Tcp.Metrics;

/// <summary>
/// The one <see cref="TcpMetrics"/> of the process, while any meter provider uses it. The SDK selects meters by name, so each
/// provider would report those of all, and takes instruments of one name for the same: the points of two would overwrite each
/// other, and with one of them the metrics of both would end.
/// </summary>
internal sealed partial class ProcessMetrics
{
    private static readonly Lock Lock = new();
    private static ProcessMetrics? _current;

    private readonly TcpInstrumentationOptions _options;
    private readonly TcpMetrics _metrics;
    private int _users;

    private ProcessMetrics(TcpInstrumentationOptions options, ILogger logger) =>
        (_options, _metrics) = (options, new TcpMetrics(options, logger));

    /// <summary>Takes a share of it. The first one's options are those of all; a warning says so where others differ.</summary>
    public static IDisposable Share(TcpInstrumentationOptions options, ILogger logger)
    {
        lock (Lock)
        {
            _current ??= new ProcessMetrics(options, logger);
            _current._users++;
            if (!_current._options.IsSameAs(options))
            {
                OtherOptions(logger);
            }

            return new Part(_current);
        }
    }

    [LoggerMessage(EventId = 60, Level = LogLevel.Warning,
        Message = "This process reports TCP metrics already, with other options: those of the first meter provider are used, these are not.")]
    private static partial void OtherOptions(ILogger logger);

    private sealed class Part(ProcessMetrics of) : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            lock (Lock)
            {
                bool wasDisposed = _isDisposed;
                _isDisposed = true;
                if (wasDisposed || --of._users > 0)
                {
                    return;
                }

                _current = null;
            }

            // Without the lock: a collection may be under way, and is waited for.
            of._metrics.Dispose();
        }
    }
}

/// <summary>A service of the meter provider: disposes of the instruments when the provider's services are disposed of.</summary>
internal sealed class TcpMetricsOwner : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    public void Add(IDisposable part) => _parts.Add(part);

    public void Dispose() => _parts.ForEach(static part => part.Dispose());
}
