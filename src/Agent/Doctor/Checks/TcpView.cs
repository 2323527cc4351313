using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Totals;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Doctor.Checks;

/// <summary>The doctor's only access to the library's internals.</summary>
internal static class TcpView
{
    private const string HostProcess = "1";

    /// <summary>Discovers namespaces as the agent does.</summary>
    public static NodeView Discover(DoctorContext context)
    {
        string root = context.ProcRoot;
        using var discovery = new NamespaceDiscovery(root, PodNameSource.Create(context.Tcp, context.Time, NullLogger.Instance));
        IReadOnlyList<TcpNamespace> found = discovery.Refresh();
        DiscoveryStatus status = discovery.Status;
        return new NodeView
        {
            Fault = DiscoveryErrors.Of(root, status)?.Message,
            HostInode = status.Host == HostStatus.Known ? Libc.Inode(ProcPath.OfNet(root, HostProcess, "tcp").Bytes) : 0,
            OwnInode = Libc.Inode(ProcPath.OfNet(context.OwnProc, "self", "tcp").Bytes),
            HostName = Name(root, HostProcess),
            OwnName = Name(context.OwnProc, "self"),
            Listed = status.Found + status.Ended + status.Denied + status.Failed,
            Denied = status.Denied,
            Pods = found.Count(one => one.Kind == NamespaceKind.Pod),
            NamedPods = found.Count(one => one.Identity.PodName is not null),
            Containers = found.Count(one => one.Kind == NamespaceKind.Container),
            Others = found.Count(one => one.Kind == NamespaceKind.Other),
        };
    }

    private static string Name(string root, string process) => Libc.Inode(ProcPath.OfNetns(root, process).Bytes) is > 0 and ulong inode
        ? $"{inode}"
        : $"id {Libc.Inode(ProcPath.OfNet(root, process, "tcp").Bytes)}";

    /// <summary>How many pods the entries of a directory name.</summary>
    public static int CountPods(IEnumerable<string> entries, bool byContainer)
    {
        PodLogDirectory.Parser parse = byContainer ? PodLogName.TryParseLink : PodLogName.TryParse;
        return entries
            .Select(entry => parse(Path.GetFileName(entry), out _, out PodName name) ? name : default(PodName?))
            .OfType<PodName>().Distinct().Count();
    }

    /// <summary>Reads sockets as the agent does.</summary>
    public static SocketView Read(TcpInstrumentationOptions options)
    {
        TcpInstrumentationOptions unbounded = options.ForOneReading();
        using var reader = new SnapshotReader(unbounded);
        long start = TimeProvider.System.GetTimestamp();
        TcpSnapshot snapshot = reader.Read();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var sources = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (NamespaceSnapshot space in snapshot.Namespaces.Where(space => space.Reading.HasResult))
        {
            string source = space.Reading.Source.JsonValue();
            sources[source] = sources.GetValueOrDefault(source) + 1;
            Add(space.Reading.Counts, counts);
        }

        ILookup<bool, string> errors = snapshot.Errors.ToLookup(
            error => error.Failure is ReadFailure.UnknownState or ReadFailure.MalformedRow, error => error.Message);
        return new SocketView
        {
            Elapsed = TimeProvider.System.GetElapsedTime(start),
            Counts = counts,
            Sources = sources,
            Errors = [.. errors[false]],
            Others = reader.Foreign.Access == ForeignAccess.Untried ? null : reader.Foreign.Reason,
            Oddities = [.. errors[true]],
            Unread = snapshot.Unread(unbounded)?.Message,
            Costs = CostSurvey.Of(snapshot, unbounded),
        };
    }

    /// <summary>The kernel's setting of a hash for each new namespace.</summary>
    public static ChildHashSetting ChildHash(NodeView node, CostSurvey survey) => new(
        NamespaceHashReader.IsInKernel,
        survey.Host.OfChildren,
        NamespaceHashReader.OfOwnChildren,
        node.OwnName,
        $"{Environment.OSVersion.Version}");

    private static void Add(ConnectionCounts from, Dictionary<string, long> counts)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            TcpSocketKind kind = ConnectionCounts.KindOf(slot);
            TcpState state = ConnectionCounts.StateOf(slot);
            if (from[kind, state] is > 0 and long count)
            {
                string series = $"{TcpStates.MetricValue(state)} {AddressFamilies.MetricValue(kind.Family())}";
                counts[series] = counts.GetValueOrDefault(series) + count;
            }
        }
    }
}

/// <summary>The processes and network namespaces that are visible under the proc root.</summary>
internal sealed record NodeView
{
    /// <summary>What is wrong with the listing or with PID 1, and how to fix it; null when nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The host's network namespace: its inode, or <c>id</c> and the inode of its table where that cannot be read.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The same of this process's network namespace.</summary>
    public string OwnName { get; init; } = "";

    /// <summary>The inode of the host's table; 0 when it is unknown.</summary>
    public ulong HostInode { get; init; }

    /// <summary>The inode of this process's table; 0 when it is unknown.</summary>
    public ulong OwnInode { get; init; }

    /// <summary>Processes in the listing.</summary>
    public int Listed { get; init; }

    /// <summary>Those of them that this process may not read.</summary>
    public int Denied { get; init; }

    /// <summary>Network namespaces of pods.</summary>
    public int Pods { get; init; }

    /// <summary>Those of them whose pod's name is known.</summary>
    public int NamedPods { get; init; }

    public int Containers { get; init; }

    public int Others { get; init; }

    public bool HasHost => HostInode != 0;

    public int Namespaces => Pods + Containers + Others + (HasHost ? 1 : 0);
}

/// <summary>The sockets of one reading.</summary>
internal sealed record SocketView
{
    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Sockets by <c>state family</c>.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>How many namespaces were read by each source.</summary>
    public required IReadOnlyDictionary<string, int> Sources { get; init; }

    /// <summary>What could not be read, as messages that say how to fix it.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Why namespaces other than this process's own were read by their source; null where none was read.</summary>
    public string? Others { get; init; }

    /// <summary>Unexpected values in what was read.</summary>
    public required IReadOnlyList<string> Oddities { get; init; }

    /// <summary>How many namespaces were not read in time, in a sentence; null when all were.</summary>
    public string? Unread { get; init; }

    /// <summary>What reading each namespace costs.</summary>
    public CostSurvey? Costs { get; init; }

    public long Total => Counts.Values.Sum();
}
