using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Foreign;

namespace Agent.Tcp.Scheduling;

/// <summary>
/// Reads each namespace by the source that the setting names. <see cref="TcpSource.Auto"/>: by sock_diag where it can
/// see, which is this process's own namespace and those that it may enter; when that fails, by procfs at once. Where
/// sock_diag is not permitted or not there, it is tried again after a while; after any other failure, the next time.
/// </summary>
/// <param name="setting">The setting <c>Tcp:Source</c>.</param>
/// <param name="procfs">Reads any namespace.</param>
/// <param name="sockDiag">Reads this process's own.</param>
/// <param name="log">Says which way is taken.</param>
/// <param name="time">Tells when to try again.</param>
/// <param name="foreign">Reads those that may be entered; without it, procfs does.</param>
/// <param name="limit">Limits the sources' time.</param>
internal sealed class SourceSelector(
    TcpSource setting,
    ITcpSource procfs,
    SockDiagSource sockDiag,
    SourceLog log,
    TimeProvider time,
    ForeignSockDiag? foreign = null,
    ReadLimit? limit = null) : IDisposable
{
    /// <summary>How long procfs is read before sock_diag is tried again that is not permitted or not there.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private long? _failedAt;

    /// <summary>By which way other namespaces than this process's own are read.</summary>
    public ForeignAccess ForeignAccess => UsesForeign ? foreign!.Access : ForeignAccess.Procfs;

    /// <summary>Why, in a sentence.</summary>
    public string ForeignReason => UsesForeign ? foreign!.Reason : "The setting Tcp:Source says so.";

    private bool UsesForeign => foreign is not null && setting != TcpSource.Procfs;

    public void Read(TcpNamespace space, in ReadHints hints, Reading into)
    {
        switch (setting)
        {
            case TcpSource.SockDiag:
                ITcpSource source = foreign is null || sockDiag.CanSee(space) ? sockDiag : foreign;
                source.Read(space, hints, into);
                break;
            case TcpSource.Auto when sockDiag.CanSee(space)
                ? IsDue() && TryOwn(space, hints, into)
                : TryForeign(space, hints, into):
                break;
            default:
                procfs.Read(space, hints, into);
                limit?.IsFallback = false;
                break;
        }
    }

    /// <summary>Samples the round-trip times of a namespace that sock_diag has just read.</summary>
    /// <returns>Why it could not.</returns>
    public ReadError? Sample(TcpNamespace space, SampleLimit limit, RoundTripSample into) =>
        sockDiag.CanSee(space) ? sockDiag.Sample(limit, into) : foreign?.Sample(space, limit, into);

    /// <inheritdoc cref="SourceLog.Unsampled"/>
    public void Unsampled() => log.Unsampled();

    /// <summary>
    /// Tells which namespaces there are. To be called at each refresh: what is held of another one, which keeps it from
    /// ending, is let go.
    /// </summary>
    public void Keep(IReadOnlyList<TcpNamespace> live) => foreign?.Keep(live);

    public void Dispose()
    {
        sockDiag.Dispose();
        foreign?.Dispose();
    }

    private bool IsDue() => _failedAt is not { } failedAt || time.GetElapsedTime(failedAt) >= RetryAfter;

    private bool TryOwn(TcpNamespace space, in ReadHints hints, Reading into)
    {
        if (!Try(sockDiag, space, hints, into))
        {
            ReadError failure = Failure(into);
            _failedAt = IsPermanent(failure) ? time.GetTimestamp() : null;
            log.FellBack(failure, _failedAt is null ? null : RetryAfter);
            return false;
        }

        _failedAt = null;
        log.Recovered();
        return true;
    }

    private bool TryForeign(TcpNamespace space, in ReadHints hints, Reading into)
    {
        if (foreign is null || !foreign.IsDue(space))
        {
            if (foreign is not null && foreign.TurnsAway(space))
            {
                log.ForeignFull(foreign.Limit);
            }

            return false;
        }

        bool isRead = Try(foreign, space, hints, into);
        log.Foreign(foreign.Access, foreign.Reason);
        if (!isRead)
        {
            ReadError failure = Failure(into);
            foreign.Failed(space, IsPermanent(failure));
            if (foreign.Access != ForeignAccess.Procfs)
            {
                log.ForeignFailed(failure);
            }
        }

        return isRead;
    }

    /// <summary>What fails is not an error of the snapshot: procfs tells what is missing.</summary>
    private bool Try(ITcpSource source, TcpNamespace space, in ReadHints hints, Reading into)
    {
        source.Read(space, hints, into);
        limit?.IsFallback = into.HasFailed;
        return !into.HasFailed;
    }

    /// <summary>Why an attempt failed: what may be over the next time comes first.</summary>
    private static ReadError Failure(Reading attempt) =>
        attempt.Errors.Find(static error => error.Failure != ReadFailure.UnknownState && !IsPermanent(error))
        ?? attempt.Errors.Find(IsPermanent)!;

    private static bool IsPermanent(ReadError error) =>
        error.Failure is ReadFailure.PermissionDenied or ReadFailure.Unsupported;
}
