using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics;

/// <summary>The one snapshot that all instruments of a collection report. Taking it never throws.</summary>
/// <param name="reader">Takes it.</param>
/// <param name="logger">Is told of errors.</param>
/// <param name="time">The clock.</param>
internal sealed partial class SharedSnapshot(SnapshotReader reader, ILogger logger, TimeProvider time) : IDisposable
{
    private readonly ReadErrorLog _errorLog = new(logger);
    private readonly CollectionGate _gate = new(time);

    /// <summary>Held by every callback, so that collections of several listeners do not mix.</summary>
    private readonly Lock _lock = new();
    private bool _failing;
    private bool _isDisposed;

    /// <summary>What was read; null when reading failed as a whole.</summary>
    public TcpSnapshot? Current { get; private set; }

    /// <summary>When the current snapshot was taken, by the clock's timestamp.</summary>
    public long TakenAt { get; private set; }

    public ReadErrorCounter Errors { get; } = new();

    public TimeSpan CpuSpent => reader.CpuSpent;

    /// <summary>Called with each snapshot before any instrument reports: they are asked in no order that is known.</summary>
    public Action<TcpSnapshot>? Taken { get; set; }

    /// <summary>Told how long each snapshot took, in seconds, also one that failed.</summary>
    public Action<double>? Timed { get; set; }

    /// <summary>The callback of one instrument: joins the collection, and fills a reused buffer from its snapshot.</summary>
    /// <param name="number">The instrument's number, 0 to 31, different from the others'.</param>
    /// <param name="fill">Adds the instrument's measurements.</param>
    public Func<IEnumerable<Measurement<T>>> Observe<T>(int number, Action<MeasurementBuffer<T>> fill)
        where T : struct
    {
        var reused = new MeasurementBuffer<T>();
        return () =>
        {
            lock (_lock)
            {
                // Another listener (dotnet-counters, say) may collect at the same time and still read the reused buffer.
                MeasurementBuffer<T> buffer = reused.TryRent() ? reused : new MeasurementBuffer<T>();
                Join(number);
                fill(buffer);
                return buffer;
            }
        };
    }

    /// <summary>An instrument is asked: takes a snapshot if that begins a collection.</summary>
    private void Join(int instrument)
    {
        if (!_isDisposed && _gate.Enter(instrument))
        {
            long begun = time.GetTimestamp();
            Take();
            _gate.Taken();
            TakenAt = time.GetTimestamp();
            Timed?.Invoke(time.GetElapsedTime(begun, TakenAt).TotalSeconds);
        }
    }

    /// <summary>Waits for the collection that reads, if one does; a later one reads nothing and reports nothing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Current = null;
            reader.Dispose();
        }
    }

    private void Take()
    {
        try
        {
            Current = reader.Read();
            Errors.Count(Current.Errors);
            _errorLog.Update(Current.Errors);
            Taken?.Invoke(Current);
            _failing = false;
        }
#pragma warning disable CA1031 // A callback that throws costs every instrument after it; what was not read is absent.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Current = null;
            Errors.Count(ReadFailure.Io);
            if (!_failing)
            {
                _failing = true;
                CollectionFailed(exception);
            }
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "A collection failed; its points are absent. Logged once until one succeeds.")]
    private partial void CollectionFailed(Exception exception);
}

/// <summary>
/// Tells where one collection ends and the next begins. A collection asks each instrument once; an instrument that
/// asks again belongs to the next one. This holds with several readers (the SDK runs their collections one after the
/// other, each through every callback), and when views or listeners leave some instruments out. Where a second
/// listener enables other instruments, no collection is shown what is older than <see cref="MaxAge"/>.
/// </summary>
internal sealed class CollectionGate(TimeProvider time)
{
    /// <summary>The callbacks of one collection follow each other within microseconds; the snapshot's own time is not counted.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private uint _served = uint.MaxValue;
    private long _taken;

    /// <summary>True when instrument number <paramref name="instrument"/> (0 to 31) begins a new collection.</summary>
    public bool Enter(int instrument)
    {
        uint bit = 1u << instrument;
        bool begins = (_served & bit) != 0 || time.GetElapsedTime(_taken) > MaxAge;
        _served = begins ? bit : _served | bit;
        return begins;
    }

    /// <summary>The snapshot of the collection that began has been taken.</summary>
    public void Taken() => _taken = time.GetTimestamp();
}
