using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics;

/// <summary>
/// A meter whose instruments are made anew now and then. The SDK never forgets an attribute set of an observable
/// instrument, and after its limit puts all new ones into <c>otel.metric.overflow</c>; with a new instrument it starts
/// over. So on a node where pods come and go, the meter is replaced before one of its instruments has filled up.
/// </summary>
/// <param name="create">Makes the instruments.</param>
/// <param name="limits">The SDK's cardinality limit for each of them.</param>
/// <param name="time">The clock.</param>
/// <param name="lastCollection">When the last collection was, by the clock's timestamp.</param>
internal sealed class RotatingMeter(
    Action<Meter> create, int[] limits, TimeProvider time, Func<long> lastCollection) : IDisposable
{
    /// <summary>A collection is over by then: what follows the callbacks takes milliseconds.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a histogram goes on to export, unchanged, the points of a namespace that has gone, where other points of the
    /// meter end at once. Histograms begin anew each time, so not after every pod that ends.
    /// </summary>
    public static readonly TimeSpan MaxGone = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly int[] _used = new int[limits.Length];
    private readonly int[] _live = new int[limits.Length];
    private TimeSpan _quiet = Quiet;
    private Meter? _meter;
    private ITimer? _timer;
    private bool _isDisposed;
    private long _createdAt;

    /// <summary>How often the meter was replaced.</summary>
    public int Rotations { get; private set; }

    public void Start()
    {
        lock (_lock)
        {
            Create();
        }
    }

    /// <summary>
    /// A collection has reported <paramref name="added"/> sets of an instrument that it never reported before, and
    /// <paramref name="live"/> in all. Below half the limit, what lives fits in twice, so the next collection has room
    /// whatever it brings. Where the SDK exports a set also when it is not reported any more (<paramref name="keepsGone"/>),
    /// the meter is replaced as well when it is older than <see cref="MaxGone"/>.
    /// </summary>
    public void Reported(int instrument, int added, int live, bool keepsGone = false)
    {
        // No lock: the SDK holds its own here, and takes it the other way round when a meter is disposed.
        Volatile.Write(ref _live[instrument], live);
        int used = Interlocked.Add(ref _used[instrument], added);
        bool isFull = used > limits[instrument] / 2;
        if (used > live && (isFull || (keepsGone && time.GetElapsedTime(_createdAt) >= MaxGone)))
        {
            _timer ??= time.CreateTimer(_ => RotateWhenQuiet(), null, Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _meter?.Dispose();
        }
    }

    /// <summary>Replaces the meter now.</summary>
    public void Rotate()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            // The old one first: while both live, the SDK takes the new instruments for duplicates.
            _meter?.Dispose();
            Create();
            for (int instrument = 0; instrument < _used.Length; instrument++)
            {
                Interlocked.Exchange(ref _used[instrument], Volatile.Read(ref _live[instrument]));
            }

            _timer?.Dispose();
            _timer = null;
            _quiet = Quiet;
            Rotations++;
        }
    }

    private void RotateWhenQuiet()
    {
        // During a collection its remaining instruments would be lost to it.
        if (time.GetElapsedTime(lastCollection()) < _quiet)
        {
            // Where collections follow each other faster than that, a shorter pause must do.
            _quiet /= 2;
            _timer?.Change(_quiet, Timeout.InfiniteTimeSpan);
            return;
        }

        Rotate();
    }

    private void Create()
    {
        _meter = TcpMeters.Create();
        _createdAt = time.GetTimestamp();
        create(_meter);
    }
}
