using Agent.Doctor.Checks;
using Agent.Doctor.Proc;

namespace Agent.Doctor;

/// <summary>All checks, in order. Facts that several of them need are read once.</summary>
internal sealed class Examination
{
    private readonly DoctorContext _context;
    private readonly Lazy<ProcRootFacts> _root;
    private readonly Lazy<NodeView> _node;
    private readonly Lazy<ProcOwnerFacts> _owner;
    private readonly Lazy<SocketView> _sockets;
    private CollectorAnswer? _answer;

    public Examination(DoctorContext context)
    {
        _context = context;
        _root = new Lazy<ProcRootFacts>(() => ProcRootFacts.Of(context.ProcRoot));
        _owner = new Lazy<ProcOwnerFacts>(() => ProcOwnerFacts.Of(context));
        _node = new Lazy<NodeView>(() => TcpView.Discover(context));
        _sockets = new Lazy<SocketView>(() => TcpView.Read(context.Tcp));
        Checks =
        [
            .. context.Agent is { } agent ? [new Check("agent", "running agent", () => RunningAgentCheck.Look(agent))] : Array.Empty<Check>(),
            new Check("configuration", "configuration", () => ConfigurationCheck.Look(context)),
            new Check("proc-root", "proc root", () => ProcRootCheck.Judge(_root.Value)),
            new Check("proc-owner", "whose processes", OfProcfs(Owner)),
            new Check("host-namespace", "host namespace", OfRoot(() => HostNamespaceCheck.Judge(_node.Value, context.Tcp.Namespaces))),
            new Check("processes", "other processes", OfRoot(Processes)),
            new Check("namespaces", "namespaces", OfRoot(() => NamespacesCheck.Judge(_node.Value, context.IsOnKubernetes, PrivilegesCheck.LetEnter(Own())))),
            new Check("pod-names", "pod names", OfRoot(() =>
                PodNamesCheck.Judge(PodLogFacts.Of(context.Tcp), _node.Value, context.IsOnKubernetes))),
            new Check("snapshot", "snapshot", OfRoot(() => SnapshotCheck.Judge(_sockets.Value))),
            new Check("reading-cost", "reading cost", OfRoot(() =>
                ReadingCostCheck.Judge(ReadingCostFacts.Of(context, _node.Value, _sockets.Value.Costs!)))),
            new Check("sources", "sources agree", () => new SourcesCheck(context).Look()),
            new Check("ipv6", "IPv6", OfRoot(() => Ipv6Check.Look(context.ProcRoot, context.Tcp.Namespaces))),
            new Check("privileges", "privileges", () => PrivilegesCheck.Judge(Own())),
            new Check("open-files", "open files", () =>
                OpenFilesCheck.Look(context, _root.Value.Fault is null ? _node.Value.Namespaces : 0)),
            new Check("spool", "spool", () => SpoolCheck.Look(
                context.Configuration.Settings.Export.Spool, TimeSpan.FromMilliseconds(context.Configuration.Telemetry.ExportIntervalMilliseconds))),
            new Check("exporter", "exporter", () => ExporterCheck.Judge(context.Configuration.Telemetry)),
            new Check("collector", "collector", CollectorAsync),
            new Check("clock", "clock", () => ClockCheck.Judge(_answer)),
        ];
    }

    public IReadOnlyList<Check> Checks { get; }

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation)
    {
        var results = new List<CheckResult>();
        foreach (Check check in Checks)
        {
            results.Add(await check.RunAsync(cancellation));
        }

        return results;
    }

    private Func<Finding> OfRoot(Func<Finding> look) => () => _root.Value.Fault is null
        ? look()
        : Finding.Skipped("needs the proc root");

    private Func<Finding> OfProcfs(Func<Finding> look) => OfRoot(() => _root.Value.IsProcfs
        ? look()
        : Finding.Skipped("the proc root is not a procfs"));

    private ProcStatus Own() => new(ProcText.Lines(_context.Process, "status"));

    private Finding Owner() => ProcOwnerCheck.Judge(
        _owner.Value,
        hostExpected: _context.IsOnKubernetes || !string.Equals(_context.ProcRoot.TrimEnd('/'), _context.OwnProc, StringComparison.Ordinal));

    private Finding Processes() => ProcessesCheck.Judge(
        ProcessFacts.Of(_context, Own(), _root.Value.IsProcfs && ProcOwnerCheck.IsMachines(_owner.Value)), _node.Value, _context.Tcp.Namespaces);

    private async Task<Finding> CollectorAsync(CancellationToken cancellation)
    {
        if (_context.Configuration.Telemetry.Otlp is not { } otlp)
        {
            return Finding.Skipped("no collector is configured; OTEL_EXPORTER_OTLP_ENDPOINT sets one, such as http://collector:4317");
        }

        _answer = await new CollectorProbe(otlp, _context.Configuration.Settings.Export.HeadersFile, _context.Time).SendAsync(cancellation);
        return CollectorCheck.Judge(otlp, _answer);
    }
}
