using System.Globalization;
using Agent.Tcp;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag.Foreign;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Doctor;

/// <summary>What the doctor asks of the library's inner parts: the one place that knows their shapes.</summary>
internal static class TcpView
{
    private const string HostProcess = "1";

    /// <summary>Looks for namespaces as the agent does.</summary>
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
        ? inode.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"id {Libc.Inode(ProcPath.OfNet(root, process, "tcp").Bytes)}");

    /// <summary>How many pods the entries of a directory name.</summary>
    public static int CountPods(IEnumerable<string> entries, bool byContainer)
    {
        PodLogDirectory.Parser parse = byContainer ? ContainerLogName.TryParse : PodLogName.TryParse;
        return entries
            .Select(entry => parse(Path.GetFileName(entry), out _, out PodName name) ? name : default(PodName?))
            .OfType<PodName>().Distinct().Count();
    }

    /// <summary>Reads sockets as the agent does.</summary>
    public static SocketView Read(TcpInstrumentationOptions options)
    {
        TcpInstrumentationOptions unbounded = options.ForOneReading();
        using var reader = new SnapshotReader(unbounded);
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
            Counts = counts,
            Sources = sources,
            Errors = [.. errors[false]],
            Others = reader.Foreign.Access == ForeignAccess.Untried ? null : reader.Foreign.Reason,
            Oddities = [.. errors[true]],
            Unread = snapshot.Unread(unbounded)?.Message,
        };
    }

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
