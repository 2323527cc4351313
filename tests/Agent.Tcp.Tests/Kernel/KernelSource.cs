using Agent.Tcp.Procfs;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// The library's ways to ask the kernel, as a parameter of the tests: each one must give the same answer.
/// A further source is one more name and one more case here.
/// </summary>
internal sealed class KernelSource : IDisposable
{
    public const string Procfs = "procfs";

    /// <summary>One dump for both families.</summary>
    public const string SockDiag = "sock_diag";

    /// <summary>One dump for each family, as on a kernel that does not know the other request.</summary>
    public const string SockDiagByFamily = "sock_diag by family";

    /// <summary>Established sockets out of the kernel's totals; the others by one dump.</summary>
    public const string SockDiagTotals = "sock_diag by totals";

    /// <summary>However loaded the machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ITcpSource _source;

    /// <summary>Opens one of <see cref="Names"/> for the namespace of the thread that reads.</summary>
    /// <param name="name">Which.</param>
    /// <param name="states">What sock_diag asks for.</param>
    public KernelSource(string name, uint states = StateMask.Procfs)
    {
        // What needs the rows of connections would have them listed.
        bool lists = !string.Equals(name, SockDiagTotals, StringComparison.Ordinal);
        Reading = new Reading { Signals = lists ? SocketSignals.For(new TcpMetricGroups()) : null };
        _source = Source(name, states);
    }

    /// <summary>All of them.</summary>
    public static string[] Names { get; } = [Procfs, SockDiag, SockDiagByFamily, SockDiagTotals];

    /// <summary>Those that list every socket.</summary>
    public static string[] ListingNames { get; } = [Procfs, SockDiag, SockDiagByFamily];

    /// <summary>Those that ask by netlink.</summary>
    public static string[] SockDiagNames { get; } = [SockDiag, SockDiagByFamily, SockDiagTotals];

    /// <summary>What the last reading said.</summary>
    public Reading Reading { get; }

    /// <summary>What went wrong in any reading.</summary>
    public List<ReadError> Errors { get; } = [];

    /// <summary>Reads a namespace once, from inside it: netlink answers for the own one only.</summary>
    public static KernelSource Read(string name, TestNamespace space, uint states = StateMask.Procfs) => space.Run(() =>
    {
        using var source = new KernelSource(name, states);
        source.Read(space.ToTcpNamespace());
        return source;
    });

    /// <summary>Dumps over this socket, of all states that it is asked for.</summary>
    public static SockDiagSource Over(ISockDiagTransport transport, uint states) => new(
        transport,
        new SockDiagReader(transport, TimeProvider.System, Timeout),
        new OwnNamespace("/proc"),
        states);

    public void Read(TcpNamespace space)
    {
        _source.Read(space, new ReadHints(MustList: Reading.Signals is not null), Reading);
        Errors.AddRange(Reading.Errors);
    }

    public void Dispose() => (_source as IDisposable)?.Dispose();

    private static ITcpSource Source(string name, uint states) => name switch
    {
        Procfs => new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)),
        SockDiag => Over(new NetlinkTransport(), states),
        SockDiagTotals => Counting(new NetlinkTransport(), states),
        SockDiagByFamily => Over(new OneFamilyTransport(new NetlinkTransport()), states),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such source."),
    };

    private static SockDiagSource Counting(NetlinkTransport transport, uint states)
    {
        var reader = new SockDiagReader(transport, TimeProvider.System, Timeout);
        var totals = new TotalsCounter(reader, TcpCounting.Totals, states);
        return new SockDiagSource(transport, reader, new OwnNamespace("/proc"), states, totals);
    }
}
