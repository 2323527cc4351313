using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.SockDiag.Sampling;

namespace Agent.Tcp.SockDiag;

/// <summary>Reads this process's own network namespace by netlink socket diagnostics. Needs no privileges.</summary>
internal sealed class SockDiagSource(
    ISockDiagTransport transport,
    SockDiagReader reader,
    OwnNamespace own,
    uint states,
    TotalsCounter? totals = null,
    RoundTripSampler? sampler = null) : ITcpSource, IDisposable
{
    private readonly SockDiagTables _tables = new(reader, states, totals);
    private CountingMemory _memory = new();
    private SampleWalk? _walk;
    private ulong _socketNamespace;

    /// <summary>The sources for this process's own namespace and for others, which share the buffer that dumps come in.</summary>
    /// <param name="transport">The own namespace's socket.</param>
    /// <param name="options">What is read.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="limit">How long a reading may take.</param>
    /// <param name="cpu">The CPU time of the thread, which bounds samples; null for the kernel's.</param>
    public static (SockDiagSource Own, ForeignSockDiag Foreign) Create(
        ISockDiagTransport transport, TcpInstrumentationOptions options, TimeProvider time, ReadLimit limit, Func<TimeSpan>? cpu = null)
    {
        uint states = options.BoundInactive ? StateMask.WithBoundInactive : StateMask.Procfs;
        var reader = new SockDiagReader(transport, time, limit);
        var totals = new TotalsCounter(reader, options.Counting, states);
        RoundTripSampler? sampler = options.Metrics.RoundTrips ? new RoundTripSampler(reader.Exchange, cpu ?? CpuClock.Thread) : null;
        return (
            new SockDiagSource(transport, reader, new OwnNamespace(options.ProcRoot), states, totals, sampler),
            ForeignSockDiag.Create(options.ProcRoot, reader, states, time, totals, sampler));
    }

    /// <summary>Whether the namespace is the one that the socket sees, or that a socket opened now would see.</summary>
    public bool CanSee(TcpNamespace space)
    {
        if (!transport.IsOpen || _socketNamespace != space.Inode)
        {
            Follow(own.Inode());
        }

        return space.Inode != 0 && _socketNamespace == space.Inode;
    }

    public void Read(TcpNamespace space, in ReadHints hints, Reading into)
    {
        bool canSee = CanSee(space);
        _memory.Note(into);
        into.Begin(TcpSourceKind.SockDiag);
        if (canSee)
        {
            bool hasInet6 = Libc.Inode(space.Tcp6.Bytes) != 0;
            _tables.Read(new SockDiagVisit(space, transport, hasInet6, Place: null, _memory, hints, into));
        }
        else
        {
            into.Errors.Add(SockDiagErrors.OtherNamespace(space));
        }
    }

    /// <summary>Samples the round-trip times of the namespace, which it can see.</summary>
    /// <returns>Why it could not.</returns>
    public ReadError? Sample(SampleLimit limit, RoundTripSample into) => SockDiagErrors.NotSampled(
        sampler?.Read(_walk ??= new SampleWalk(new NetlinkTransport(), new Random()), limit, into) ?? default);

    public void Dispose()
    {
        transport.Dispose();
        _walk?.Dispose();
    }

    /// <summary>A process may move to another namespace; its socket stays in the old one.</summary>
    private void Follow(ulong inode)
    {
        if (_socketNamespace != inode)
        {
            transport.Close();
            _socketNamespace = inode;
            _memory = new CountingMemory();
            _walk?.Dispose();
            _walk = null;
        }
    }
}

/// <summary>
/// Tells which network namespace a socket opened by this thread would see: the <c>st_ino</c> of the thread's own
/// <c>net/tcp</c>, which is the same through every mount of procfs.
/// </summary>
/// <remarks>
/// <c>thread-self</c> leads to the caller or, in a procfs of a PID namespace that does not hold it, nowhere; never to
/// another process. Without procfs at <c>/proc</c>, the proc root may still know the caller.
/// </remarks>
internal sealed class OwnNamespace(string procRoot)
{
    private const string Self = "thread-self";

    private readonly ProcPath _table = ProcPath.OfNet(TcpInstrumentationOptions.DefaultProcRoot, Self, "tcp");
    private readonly ProcPath _tableUnderRoot = ProcPath.OfNet(procRoot, Self, "tcp");

    /// <summary>The inode, 0 when it cannot be told.</summary>
    public ulong Inode()
    {
        ulong inode = Libc.Inode(_table.Bytes);
        return inode != 0 ? inode : Libc.Inode(_tableUnderRoot.Bytes);
    }
}
