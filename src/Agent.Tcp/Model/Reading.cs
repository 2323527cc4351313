namespace Agent.Tcp;

/// <summary>A way to learn of a namespace's sockets.</summary>
internal interface ITcpSource
{
    /// <summary>
    /// Reads the namespace. A family that was not read to its end is <see cref="FamilyStatus.Failed"/>, has no counts, and an
    /// error tells why. Never throws for what the kernel answers.
    /// </summary>
    /// <param name="space">The namespace.</param>
    /// <param name="hints">What is known of it, and wanted.</param>
    /// <param name="into">The result: what was read before is lost.</param>
    void Read(TcpNamespace space, in ReadHints hints, Reading into);
}

/// <summary>What a source may spare itself in one reading, and what it must not.</summary>
/// <param name="Totals">The namespace's totals just before, null when they could not be read: they may prove a table empty.</param>
/// <param name="MustList">Every socket is to be listed, also where counting would be cheaper.</param>
internal readonly record struct ReadHints(SocketTotals? Totals = null, bool MustList = false);

/// <summary>The interface of the kernel that a namespace was read by.</summary>
internal enum TcpSourceKind : byte
{
    /// <summary>The text tables <c>/proc/PID/net/tcp</c> and <c>tcp6</c>.</summary>
    Procfs = 0,

    /// <summary>Netlink socket diagnostics.</summary>
    SockDiag = 1,
}

internal static class TcpSourceKinds
{
    public static string JsonValue(this TcpSourceKind source) => $"{source}".ToLowerInvariant();
}

/// <summary>What is known of one address family of a namespace. The two fail independently.</summary>
internal enum FamilyStatus : byte
{
    /// <summary>Could not be read: its points are absent, never 0.</summary>
    Failed = 0,

    /// <summary>Read to the end.</summary>
    Read = 1,

    /// <summary>The kernel has no such family (no <c>tcp6</c>): no points, and no error.</summary>
    Unsupported = 2,
}

/// <summary>What a source returns for one namespace. Reused from one reading to the next.</summary>
internal sealed class Reading
{
    private readonly FamilyStatus[] _families = new FamilyStatus[2];

    /// <summary>Which source it was read by.</summary>
    public TcpSourceKind Source { get; private set; }

    public ConnectionCounts Counts { get; } = new();

    /// <summary>What else the rows told; null where that is not wanted.</summary>
    public SocketSignals? Signals { get; init; }

    /// <summary>Takes the rows themselves; null where they are not wanted.</summary>
    public ISocketRows? Rows { get; init; }

    /// <summary>Where a listing samples round-trip times; null where it does not.</summary>
    public RoundTripSample? Sample { get; set; }

    /// <summary>
    /// The connections of it that this collection sampled; none where it did not. No part of the reading: whoever begins a
    /// collection clears it.
    /// </summary>
    public ArraySegment<RoundTrip> RoundTrips { get; set; } = ArraySegment<RoundTrip>.Empty;

    /// <summary>What is wanted of established sockets only their rows tell.</summary>
    public bool NeedsListing => Rows is not null || Signals is { WantsConnections: true };

    /// <summary>Every socket has been listed once: what is known of the rows is never nothing from now on.</summary>
    public bool HasListed { get; private set; }

    /// <summary>Established sockets were counted and not listed: their signals are those of the last reading that listed them.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>What could not be read.</summary>
    public List<ReadError> Errors { get; } = [];

    public FamilyStatus this[SocketFamily family]
    {
        get => _families[(int)family];
        set => _families[(int)family] = value;
    }

    /// <summary>There is something to report.</summary>
    public bool HasResult =>
        this[SocketFamily.Inet] == FamilyStatus.Read || this[SocketFamily.Inet6] == FamilyStatus.Read;

    /// <summary>A family could not be read, or never was: its counts are unknown.</summary>
    public bool HasFailed =>
        this[SocketFamily.Inet] == FamilyStatus.Failed || this[SocketFamily.Inet6] == FamilyStatus.Failed;

    /// <summary>Begins a reading: what was read before is forgotten, but for the signals of a whole listing.</summary>
    public void Begin(TcpSourceKind source)
    {
        if (!IsCounted && !HasFailed)
        {
            Signals?.Keep();
            HasListed = true;
        }

        Source = source;
        IsCounted = false;
        Counts.Clear();
        Signals?.Clear();
        Rows?.Begin();
        Errors.Clear();
        Array.Clear(_families);
    }

    /// <summary>Established sockets are so many; what is known of their rows is what was known before.</summary>
    public void SetEstablished(long inet, long mapped, long ipv6)
    {
        Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, inet);
        Counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, mapped);
        Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Established, ipv6);
        Signals?.Recall();
        IsCounted = true;
    }

    /// <summary>The reading has ended, by whatever source.</summary>
    public void End() => Rows?.End(this);

    /// <summary>Takes over the families of another reading that could be read, and keeps its own of those that could not.</summary>
    public void TakeOver(Reading other)
    {
        Source = other.Source;
        RoundTrips = other.RoundTrips;
        for (var family = SocketFamily.Inet; family <= SocketFamily.Inet6; family++)
        {
            if (other[family] != FamilyStatus.Failed)
            {
                this[family] = other[family];
                Counts.CopyFrom(other.Counts, family);
                Signals?.CopyFrom(other.Signals!, family);
            }
        }
    }
}
