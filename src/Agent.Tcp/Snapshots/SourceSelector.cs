using Agent.Tcp.Namespaces;
using Agent.Tcp.SockDiag;

namespace Agent.Tcp.Snapshots;

/// <summary>
/// Reads each namespace by the source that the setting names. <see cref="TcpSource.Auto"/>: by sock_diag where it can
/// see; when that fails, by procfs at once, and for a while; then sock_diag is tried again.
/// </summary>
internal sealed class SourceSelector(
    TcpSource setting, ITcpSource procfs, SockDiagSource sockDiag, SourceLog log, TimeProvider time) : IDisposable
{
    /// <summary>How long procfs is read before sock_diag is tried again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private readonly List<ReadError> _attempt = [];
    private long? _failedAt;

    public void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        switch (setting)
        {
            case TcpSource.SockDiag:
                ReadBy(sockDiag, space, snapshot, errors);
                break;
            case TcpSource.Auto when IsDue() && sockDiag.CanSee(space) && TrySockDiag(space, snapshot, errors):
                break;
            default:
                ReadBy(procfs, space, snapshot, errors);
                break;
        }
    }

    public void Dispose() => sockDiag.Dispose();

    private bool IsDue() => _failedAt is not { } failedAt || time.GetElapsedTime(failedAt) >= RetryAfter;

    private bool TrySockDiag(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        _attempt.Clear();
        ReadBy(sockDiag, space, snapshot, _attempt);
        if (snapshot[SocketFamily.Inet] == FamilyStatus.Failed || snapshot[SocketFamily.Inet6] == FamilyStatus.Failed)
        {
            // Not an error of the snapshot: procfs tells what is missing.
            _failedAt = time.GetTimestamp();
            log.FellBack(_attempt.Find(error => error.Failure != ReadFailure.UnknownState)!);
            return false;
        }

        _failedAt = null;
        log.Recovered();
        errors.AddRange(_attempt);
        return true;
    }

    private static void ReadBy(
        ITcpSource source, TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        snapshot.Begin(space, source.Kind);
        source.Read(space, snapshot, errors);
    }
}
