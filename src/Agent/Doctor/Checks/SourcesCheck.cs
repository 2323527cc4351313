namespace Agent.Doctor.Checks;

/// <summary>Whether procfs and sock_diag report the same sockets of this process's own namespace, by state.</summary>
internal sealed class SourcesCheck(DoctorContext context, Func<TcpSource, SocketView> read)
{
    /// <summary>Sockets come and go while they are counted; sources that really disagree differ each time.</summary>
    public const int Attempts = 5;

    private static readonly Fix OneIsEnough = new(
        "The agent reads procfs where sock_diag is refused, at about twice the cost. To use sock_diag, allow AF_NETLINK sockets in the seccomp or sandbox profile, and load the kernel modules inet_diag and tcp_diag.",
        "seccomp RuntimeDefault allows it; check securityContext.seccompProfile and the node's AppArmor profile.");

    private static readonly Fix Disagree = new(
        "Set Tcp:Source=Procfs (variable Tcp__Source) until it is known which one is right, and report both listings: agent snapshot --namespaces own --source procfs --json, and the same with --source sockdiag.");

    public SourcesCheck(DoctorContext context)
        : this(context, source => TcpView.Read(new TcpInstrumentationOptions
        {
            // This process's own procfs: the two sources can be compared only for its own namespace.
            ProcRoot = context.OwnProc,
            Namespaces = NamespaceScope.Own,
            Source = source,
            ReadTimeout = context.Tcp.ReadTimeout,
        }))
    {
    }

    public Finding Look()
    {
        IReadOnlyList<string> differences = [];
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            SocketView before = read(TcpSource.Procfs);
            SocketView dump = read(TcpSource.SockDiag);
            if (Unreadable(before, dump) is { } unreadable)
            {
                return unreadable;
            }

            SocketView after = read(TcpSource.Procfs);
            differences = SourceAgreement.Differences(before.Counts, dump.Counts, after.Counts);
            if (differences.Count == 0)
            {
                string times = attempt == 1 ? "" : $", in attempt {attempt}";
                return Finding.Ok($"procfs and sock_diag agree on all {dump.Total} sockets of this process's network namespace{times}");
            }
        }

        return Finding.Failed(
            $"procfs and sock_diag differ on this process's network namespace, {Attempts} times: {string.Join("; ", differences)}", Disagree);
    }

    private Finding? Unreadable(SocketView procfs, SocketView dump)
    {
        if (procfs.Errors.Count > 0)
        {
            return Finding.Failed(procfs.Errors[0], new Fix($"Let this user read {context.OwnProc}/self/net/tcp."));
        }

        if (dump.Errors.Count == 0)
        {
            return null;
        }

        return context.Tcp.Source switch
        {
            TcpSource.SockDiag => Finding.Failed($"{dump.Errors[0]} (Tcp:Source is SockDiag)", OneIsEnough),
            TcpSource.Procfs => Finding.Skipped($"procfs is set (Tcp:Source), and sock_diag cannot be read: {dump.Errors[0]}"),
            _ => Finding.Warning(dump.Errors[0], OneIsEnough),
        };
    }
}

/// <summary>Compares a reading by one source with two by another, before and after it. Pure.</summary>
internal static class SourceAgreement
{
    /// <summary>What may come and go between the readings: this many sockets, and one in this many.</summary>
    private const int SlackLeast = 2;
    private const int SlackShare = 100;

    /// <summary>A sentence for each series that is outside the range of the readings before and after.</summary>
    public static IReadOnlyList<string> Differences(
        IReadOnlyDictionary<string, long> before,
        IReadOnlyDictionary<string, long> between,
        IReadOnlyDictionary<string, long> after)
    {
        var differences = new List<string>();
        foreach (string series in before.Keys.Concat(between.Keys).Concat(after.Keys)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            long first = before.GetValueOrDefault(series);
            long last = after.GetValueOrDefault(series);
            long value = between.GetValueOrDefault(series);

            // A series that changes may have changed more between the two readings.
            long slack = SlackLeast + Math.Abs(first - last) + (Math.Max(first, last) / SlackShare);
            if (value < Math.Min(first, last) - slack || value > Math.Max(first, last) + slack)
            {
                differences.Add($"{series}: procfs {first}, sock_diag {value}, procfs {last}");
            }
        }

        return differences;
    }
}
