using Agent.Export.Telemetry;

namespace Agent.Export;

/// <summary>
/// Collects and exports after a delay, then at every interval from there, and once more at the end; and reports each
/// collection to the health endpoint. The SDK's periodic reader first does so after an interval, and has no other way to begin.
/// </summary>
internal sealed class BeatingReader : BaseExportingMetricReader
{
    private readonly TimeSpan _delay;
    private readonly TimeSpan _interval;
    private readonly int _timeoutMilliseconds;
    private readonly CollectionBeat _beat;
    private readonly TimeProvider _time;
    private readonly ManualResetEvent _start = new(initialState: false);
    private readonly ManualResetEvent _stop = new(initialState: false);

    /// <summary>
    /// Its own: a collection with its export blocks for as long as the collector does. It waits for the next collection itself,
    /// because a timer would wake three more threads each time, a fifth of what a small collection costs.
    /// </summary>
    private readonly Thread _thread;

    public BeatingReader(
        BaseExporter<Metric> exporter, TimeSpan delay, TimeSpan interval, int timeoutMilliseconds, CollectionBeat beat, TimeProvider time)
        : base(exporter)
    {
        (_delay, _interval, _timeoutMilliseconds, _beat, _time) = (delay, interval, timeoutMilliseconds, beat, time);
        _thread = new Thread(CollectWhenDue) { IsBackground = true, Name = nameof(BeatingReader) };
        _thread.Start();
    }

    /// <summary>Begins, once the provider is there: before, there is nothing to collect.</summary>
    public void Start() => _start.Set();

    protected override bool OnCollect(int timeoutMilliseconds)
    {
        // What it returns is whether the export succeeded; that is another question.
        bool exported = base.OnCollect(timeoutMilliseconds);
        _beat.Beat();
        return exported;
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        long start = _time.GetTimestamp();
        _stop.Set();
        bool ended = _thread.Join(timeoutMilliseconds);
        int left = timeoutMilliseconds == Timeout.Infinite
            ? Timeout.Infinite
            : (int)Math.Max(0, timeoutMilliseconds - _time.GetElapsedTime(start).TotalMilliseconds);
        return exporter.Shutdown(left) && ended;
    }

    protected override void Dispose(bool disposing)
    {
        // A thread that is still exporting looks at them when it comes back.
        if (disposing && !_thread.IsAlive)
        {
            _start.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CollectWhenDue()
    {
        if (WaitHandle.WaitAny([_stop, _start]) != 0)
        {
            long start = _time.GetTimestamp();
            TimeSpan due = _delay;
            while (!_stop.WaitOne(Until(due, start)))
            {
                Collect(_timeoutMilliseconds);

                // What fell due meanwhile is left out: the rhythm stays.
                due += _interval * Math.Max(1, Math.Ceiling((_time.GetElapsedTime(start) - due) / _interval));
            }
        }

        Collect(_timeoutMilliseconds);
    }

    /// <summary>In milliseconds, rounded up: not a moment too early.</summary>
    private int Until(TimeSpan due, long start) => (int)Math.Ceiling(Math.Max(0, (due - _time.GetElapsedTime(start)).TotalMilliseconds));
}

/// <summary>
/// Reports a collection before it is sent: a collector that hangs makes no agent unready. A subclass of the exporter, not a
/// wrapper: the SDK gives the resource only to the exporter it knows.
/// </summary>
internal sealed class BeatingOtlpExporter(OtlpExporterOptions options, CollectionBeat beat) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics)
    {
        beat.Beat();
        return base.Export(metrics);
    }
}
