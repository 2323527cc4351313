using Agent.Tcp;

namespace Agent.Doctor.Checks;

/// <summary>Whether procfs and sock_diag tell the same of this process's own namespace, state by state.</summary>
internal sealed class SourcesCheck(DoctorContext context, Func<TcpSource, SocketView> read)
{
    /// <summary>Sockets come and go while they are counted; two sources that differ in truth differ each time.</summary>
    public const int Attempts = 5;

    private static readonly Mend OneIsEnough = new(
        "The agent reads procfs where sock_diag is refused, at about twice the cost. To have sock_diag, let the seccomp or sandbox profile allow AF_NETLINK sockets, and load the kernel modules inet_diag and tcp_diag.",
        "seccomp RuntimeDefault allows it; check securityContext.seccompProfile and the node's AppArmor profile.");

    private static readonly Mend Disagree = new(
        "Set Tcp:Source=Procfs (variable Tcp__Source) until it is known which is right, and report both listings: agent snapshot --namespaces own --source procfs --json, and the same with --source sockdiag.");

    public SourcesCheck(DoctorContext context)
        : this(context, source => TcpView.Read(new TcpInstrumentationOptions
        {
            // The own procfs: what the two sources have in common does not depend on the proc root.
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
                string times = attempt == 1 ? "" : $" at the {attempt}. look";
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
            return Finding.Failed(procfs.Errors[0], new Mend($"Let this user read {context.OwnProc}/self/net/tcp."));
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
