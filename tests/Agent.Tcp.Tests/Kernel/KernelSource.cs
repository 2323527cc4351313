using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag;

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

    /// <summary>However loaded the machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ITcpSource _source;

    /// <summary>Opens one of <see cref="Names"/> for the namespace of the thread that reads.</summary>
    /// <param name="name">Which.</param>
    /// <param name="states">What sock_diag asks for.</param>
    public KernelSource(string name, uint states = StateMask.Procfs) => _source = name switch
    {
        Procfs => new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)),
        SockDiag => Over(new NetlinkTransport(), states),
        SockDiagByFamily => Over(new OneFamilyTransport(new NetlinkTransport()), states),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such source."),
    };

    /// <summary>All of them.</summary>
    public static string[] Names { get; } = [Procfs, SockDiag, SockDiagByFamily];

    /// <summary>Those that ask by netlink.</summary>
    public static string[] SockDiagNames { get; } = [SockDiag, SockDiagByFamily];

    /// <summary>What the last reading said.</summary>
    public NamespaceSnapshot Snapshot { get; } = new() { Signals = SocketSignals.For(new TcpMetricGroups()) };

    /// <summary>What went wrong in any reading.</summary>
    public List<ReadError> Errors { get; } = [];

    /// <summary>Reads a namespace once, from inside it: netlink answers for the own one only.</summary>
    public static KernelSource Read(string name, TestNamespace space, uint states = StateMask.Procfs) => space.Run(() =>
    {
        using var source = new KernelSource(name, states);
        source.Read(space.ToTcpNamespace());
        return source;
    });

    public void Read(TcpNamespace space)
    {
        Snapshot.Begin(space, _source.Kind);
        _source.Read(space, Snapshot, Errors);
    }

    public void Dispose() => (_source as IDisposable)?.Dispose();

    private static SockDiagSource Over(ISockDiagTransport transport, uint states) => new(
        transport,
        new SockDiagReader(transport, TimeProvider.System, Timeout),
        new OwnNamespace("/proc"),
        states);
}
