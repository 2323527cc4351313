namespace Agent.Tcp.Scheduling;

/// <summary>The node's TCP sockets at one moment: what every instrument of a collection reports. Reused.</summary>
internal sealed class TcpSnapshot
{
    private readonly long[] _statuses = new long[NamespaceStatuses.Count];

    /// <summary>When reading began.</summary>
    public DateTimeOffset Timestamp { get; private set; }

    /// <summary>The namespaces that live, the host's first where it is among them.</summary>
    public IReadOnlyList<NamespaceSnapshot> Namespaces { get; set; } = [];

    /// <summary>What was told of the whole node; nothing where that is not wanted.</summary>
    public NodeTotals Node { get; set; }

    /// <summary>
    /// The age of the oldest namespace's counts: since it was last read without a failure, or since it was found where it
    /// never was. Null when there is no namespace.
    /// </summary>
    public TimeSpan? OldestAge { get; private set; }

    /// <summary>
    /// The age of the oldest rows that what only rows tell is reported from: more than that of the counts where established
    /// sockets are counted without listing. Null where nothing needs rows, or none were read.
    /// </summary>
    public TimeSpan? OldestListing { get; private set; }

    /// <summary>What could not be read this time.</summary>
    public List<ReadError> Errors { get; } = [];

    public void Begin(DateTimeOffset timestamp)
    {
        Timestamp = timestamp;
        Errors.Clear();
    }

    /// <summary>How many namespaces are of a status.</summary>
    public long Count(NamespaceStatus status) => _statuses[(int)status];

    /// <summary>Of a snapshot that was to read everything: that it did not, as an error; null when it did.</summary>
    public ReadError? Unread(TcpInstrumentationOptions options) => Count(NamespaceStatus.Deferred) is > 0 and long unread
        ? new ReadError(
            options.ProcRoot,
            ReadFailure.Timeout,
            string.Create(CultureInfo.InvariantCulture, $"{options.ProcRoot}: {unread} of {Namespaces.Count} network namespaces were not read: reading is stopped after {options.CollectionTimeout.TotalSeconds} s."))
        : null;

    /// <summary>Counts statuses and ages, once every namespace has been seen to.</summary>
    public void End(TimeProvider time)
    {
        Array.Clear(_statuses);
        OldestAge = OldestListing = null;
        for (int index = 0; index < Namespaces.Count; index++)
        {
            NamespaceSnapshot one = Namespaces[index];
            _statuses[(int)one.Status]++;
            OldestAge = Older(OldestAge, one.History.WholeAt ?? one.History.FoundAt, time);
            OldestListing = Older(OldestListing, one.Reading.NeedsListing ? one.History.ListedAt : null, time);
        }
    }

    private static TimeSpan? Older(TimeSpan? oldest, long? since, TimeProvider time) =>
        since is { } timestamp && time.GetElapsedTime(timestamp) is var age && !(oldest > age) ? age : oldest;
}
