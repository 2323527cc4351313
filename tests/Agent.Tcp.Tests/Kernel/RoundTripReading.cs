using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Collections of one namespace, as the agent makes them, that sample round-trip times. To be read on one thread.</summary>
internal sealed class RoundTripReading : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly SourceSelector _sources;
    private readonly NamespaceReadings _readings;
    private readonly NamespaceSnapshot[] _namespaces;

    public RoundTripReading(TestNamespace space, int most = TcpInstrumentationOptions.DefaultMaxRoundTripSamples)
        : this(most, budget: 1, TimeProvider.System, cpu: null, space)
    {
    }

    public RoundTripReading(int most, double budget, TimeProvider time, params TestNamespace[] spaces)
        : this(most, budget, time, cpu: null, spaces)
    {
    }

    /// <summary>With a clock of its own for what readings and samples cost.</summary>
    public RoundTripReading(int most, double budget, TimeProvider time, Func<TimeSpan>? cpu, params TestNamespace[] spaces)
    {
        var options = new TcpInstrumentationOptions { MaxRoundTripSamples = most, CpuBudget = budget, Metrics = { RoundTrips = true } };
        var limit = new ReadLimit(time, Timeout);
        (SockDiagSource own, ForeignSockDiag foreign) = SockDiagSource.Create(new NetlinkTransport(), options, time, limit, cpu);
        _sources = new SourceSelector(
            TcpSource.Auto,
            new ProcfsSource(new ProcNetTcpReader(time, limit)),
            own,
            new SourceLog(NullLogger.Instance),
            time,
            foreign,
            limit);
        _readings = new NamespaceReadings(_sources, new CpuBudget(budget, time), limit, options, time, cpu);
        _namespaces = [.. spaces.Select(space => new NamespaceSnapshot(space.ToTcpNamespace()))];
    }

    public List<ReadError> Errors { get; } = [];

    public IReadOnlyList<NamespaceSnapshot> Namespaces => _namespaces;

    public Reading Last => _namespaces[0].Reading;

    /// <summary>One collection: what it sampled, valid until the next.</summary>
    public ArraySegment<RoundTrip> Read()
    {
        _readings.Begin();
        _readings.ReadAll(_namespaces, Errors);
        _readings.End();
        return Last.RoundTrips;
    }

    public void Dispose() => _sources.Dispose();
}
