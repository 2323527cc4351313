using Agent.Tcp.Groups;
using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>The sockets by group.</summary>
internal sealed class GroupsView : SnapshotView
{
    /// <summary>How long processes are searched for sockets: a million take about 15 s of one core.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromMinutes(1);

    private readonly GroupQuery _query;
    private readonly int? _limit;
    private readonly GroupBaseline? _baseline;
    private readonly ProcessMatch? _processes;
    private readonly UserNames? _users;
    private readonly TcpInstrumentationOptions _options;

    /// <summary>Groups nothing yet.</summary>
    /// <param name="query">What is grouped and how.</param>
    /// <param name="limit">How many groups are shown; null for all.</param>
    /// <param name="isWatch">Several snapshots are shown, and what grew since the first.</param>
    /// <param name="options">What is read, and where processes are looked for.</param>
    /// <param name="areOthersHidden">Other users' processes are hidden there.</param>
    public GroupsView(GroupQuery query, int? limit, bool isWatch, TcpInstrumentationOptions options, bool areOthersHidden)
    {
        _query = query;
        _limit = limit;
        _options = options;
        _baseline = isWatch ? new GroupBaseline() : null;
        int iterateFrom = options.Source == TcpSource.Procfs ? int.MaxValue : ProcessMatch.IterateFrom;
        _processes = query.By == Grouping.Process ? new ProcessMatch(options.ProcRoot, areOthersHidden, iterateFrom) : null;
        _users = query.By is Grouping.Process or Grouping.User ? UserNames.Read() : null;
    }

    public override Func<TcpNamespace, ISocketRows> Rows => space => new SocketGroups(_query, space);

    public override void WriteJson(Utf8JsonWriter json, TcpSnapshot snapshot) => GroupsJson.Write(json, Group(snapshot));

    public override void WriteText(TextWriter output, TcpSnapshot snapshot, Style style) =>
        GroupsText.Write(output, Group(snapshot), style);

    public override string Frame(TcpSnapshot snapshot, Style style, int rows)
    {
        var output = new StringWriter { NewLine = "\n" };
        GroupsText.WriteFrame(output, Group(snapshot), style, rows);
        return output.ToString();
    }

    private GroupedSnapshot Group(TcpSnapshot snapshot)
    {
        NamespaceSnapshot[] read = [.. snapshot.Namespaces.Where(one => one.Reading.HasResult)];
        SocketGroups[] spaces = [.. read.Select(one => (SocketGroups)one.Reading.Rows!)];
        if (_baseline is { IsSet: true })
        {
            // The last snapshot's report may be most of the memory in use. Left to itself, the runtime would let several collect.
            GC.Collect();
        }

        long begun = TimeProvider.System.GetTimestamp();
        if (_processes?.Run(spaces, () => TimeProvider.System.GetElapsedTime(begun) > LongestSearch) is { } error)
        {
            snapshot.Errors.Add(error);
        }

        if (_query.WithInfo && Uninformed(read, spaces) is > 0 and int uninformed)
        {
            snapshot.Errors.Add(Untold("--info is", uninformed, "tells it"));
        }

        if (_query.States is not null
            && _query.Wants(TcpState.BoundInactive)
            && read.Count(one => one.Reading.Source == TcpSourceKind.Procfs) is > 0 and int unseen)
        {
            snapshot.Errors.Add(Untold("bound_inactive sockets are", unseen, "shows them"));
        }

        return new GroupedSnapshot(
            snapshot, read, new GroupReport(spaces, _baseline), _query.By, _limit ?? int.MaxValue, _query.WithInfo, _processes, _users);
    }

    /// <summary>How many namespaces have established connections of which their source tells nothing.</summary>
    private static int Uninformed(NamespaceSnapshot[] read, SocketGroups[] spaces) => read.Zip(spaces).Count(
        one => one.First.Reading.Source == TcpSourceKind.Procfs && one.Second.Cells.Any(cell => cell.Key.State == TcpState.Established));

    /// <summary>Procfs does not tell what was asked for.</summary>
    private ReadError Untold(string what, int namespaces, string by) => new(
        _options.ProcRoot,
        ReadFailure.Unsupported,
        $"{what} unknown for {Amount.Of(namespaces, "network namespace that was", "network namespaces that were")} read by procfs: only sock_diag {by}. "
            + (_options.Source == TcpSource.Procfs
                ? "Leave out --source procfs."
                : "Run with CAP_SYS_ADMIN and CAP_SYS_PTRACE, as root on the node has them."));
}

/// <summary>A snapshot's sockets by group, and what names the groups.</summary>
/// <param name="Snapshot">When it was taken, and what could not be read.</param>
/// <param name="Namespaces">Those that groups are of, by their number.</param>
/// <param name="Report">The groups.</param>
/// <param name="By">By what they are.</param>
/// <param name="Limit">How many are shown.</param>
/// <param name="WithInfo">What was measured of connections is shown.</param>
/// <param name="Processes">Names processes; null where there are none.</param>
/// <param name="Users">Names users; null where there are none.</param>
internal sealed record GroupedSnapshot(
    TcpSnapshot Snapshot,
    NamespaceSnapshot[] Namespaces,
    GroupReport Report,
    Grouping By,
    int Limit,
    bool WithInfo,
    ProcessMatch? Processes,
    UserNames? Users)
{
    /// <summary>The word of the command line.</summary>
    public string ByName => $"{By}".ToLowerInvariant();
}
