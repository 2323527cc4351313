using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>What went wrong with a dump, in words that name the fix.</summary>
internal static class SockDiagErrors
{
    private const string UseProcfs = "setting Tcp:Source=Auto or Procfs reads /proc instead";

    public static ReadError Failed(SockDiagQuery query, SockDiagResult result, string? place = null)
    {
        string path = Name(query.Family, place);
        return new ReadError(path, result.Failure, $"{path}: {Reason(result)}");
    }

    public static ReadError OtherNamespace(TcpNamespace space) => new(
        space.Tcp.ToString(),
        ReadFailure.Unsupported,
        $"{space.Tcp}: sock_diag sees only the network namespace that this process runs in, and this one is another"
            + $" or could not be told; {UseProcfs}, or run in the host's network (hostNetwork: true).");

    public static ReadError UnknownState(SocketFamily family, long sockets, string? place) =>
        ReadError.UnknownState(Name(family, place), sockets);

    /// <summary>Round-trip times could not be sampled, where the namespace could be read; null where they could.</summary>
    public static ReadError? NotSampled(SockDiagResult result, string? place = null)
    {
        if (result.IsWhole)
        {
            return null;
        }

        string path = $"round-trip times by {Name(null, place)}";
        return new ReadError(path, result.Failure, $"{path}: {Reason(result, "setting Tcp:Metrics:RoundTrips=false does without them")}");
    }

    private static string Name(SocketFamily? family, string? place)
    {
        string name = family is { } one ? $"sock_diag {AddressFamilies.MetricValue(one)}" : "sock_diag";
        return place is null ? name : $"{name} in {place}";
    }

    private static string Reason(SockDiagResult result, string fix = UseProcfs) => result.Fault switch
    {
        SockDiagFault.Interrupted or SockDiagFault.Overrun =>
            $"the dump was cut into {SockDiagReader.MaxAttempts} times in a row; the node may be overloaded.",
        SockDiagFault.Timeout =>
            "the dump did not end within the deadline (setting Tcp:ReadTimeout); the node may be overloaded.",
        SockDiagFault.Truncated => "a datagram is longer than any known kernel makes them.",
        SockDiagFault.Malformed => "the kernel's answer is not one to this question.",
        _ => $"{Refusal(result)} {Errno(result.ErrorNumber)}; {fix}.",
    };

    private static string Refusal(SockDiagResult result) => result.Failure switch
    {
        ReadFailure.PermissionDenied => "a policy (seccomp, a security module) forbids the netlink socket:",
        ReadFailure.Unsupported =>
            "the kernel lacks inet_diag or tcp_diag, or a sandbox hides the netlink socket:",
        _ => "the dump failed:",
    };

    private static string Errno(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";
}
