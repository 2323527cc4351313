using Agent.Tcp.SockDiag.Foreign;

namespace Agent.Tcp.Scheduling;

/// <summary>
/// Logs once why procfs is read instead of sock_diag, and once more when that is over; and once, whenever it changes, by
/// which way other namespaces than this process's own are read.
/// </summary>
internal sealed partial class SourceLog(ILogger logger)
{
    private ReadFailure _known;
    private ReadFailure _knownForeign;
    private ForeignAccess _foreign;
    private bool _isFull;
    private bool _isUnsampled;

    /// <summary>sock_diag failed.</summary>
    /// <param name="error">Why.</param>
    /// <param name="retryAfter">When it is tried again; null with the next collection.</param>
    public void FellBack(ReadError error, TimeSpan? retryAfter)
    {
        if (_known != error.Failure)
        {
            _known = error.Failure;
            ReadingProcfs(error.Failure, error.Message, retryAfter is { } time ? $"every {time}" : "with each collection");
        }
    }

    public void Recovered()
    {
        if (_known != ReadFailure.None)
        {
            _known = ReadFailure.None;
            ReadingSockDiag();
        }
    }

    public void Foreign(ForeignAccess access, string reason)
    {
        if (_foreign == access)
        {
            return;
        }

        _foreign = access;
        if (access == ForeignAccess.SockDiag)
        {
            ReadingForeignBySockDiag(reason);
        }
        else
        {
            ReadingForeignByProcfs(reason, SourceSelector.RetryAfter);
        }
    }

    /// <summary>One namespace alone failed. That its process has gone is no failure: it happens all the time.</summary>
    public void ForeignFailed(ReadError error)
    {
        if (error.Failure != ReadFailure.NotFound && _knownForeign != error.Failure)
        {
            _knownForeign = error.Failure;
            ReadingOneForeignByProcfs(error.Failure, error.Message);
        }
    }

    public void ForeignFull(int limit)
    {
        if (!_isFull)
        {
            _isFull = true;
            ForeignLimit(limit);
        }
    }

    /// <summary>Round-trip times are wanted, and procfs reads the host's namespace, or the only one, which does not tell them.</summary>
    public void Unsampled()
    {
        if (!_isUnsampled)
        {
            _isUnsampled = true;
            NoRoundTrips();
        }
    }

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Warning,
        Message = "sock_diag failed, so procfs is read: {ErrorType}: {Message} It is tried again {When}; logged once until it works.")]
    private partial void ReadingProcfs(ReadFailure errorType, string message, string when);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "sock_diag works again and is read instead of procfs.")]
    private partial void ReadingSockDiag();

    [LoggerMessage(
        EventId = 6,
        Level = LogLevel.Information,
        Message = "sock_diag reads other network namespaces too. {Reason}")]
    private partial void ReadingForeignBySockDiag(string reason);

    [LoggerMessage(
        EventId = 7,
        Level = LogLevel.Information,
        Message = "procfs reads other network namespaces than this process's own. {Reason} Tried again every {RetryAfter}; logged once.")]
    private partial void ReadingForeignByProcfs(string reason, TimeSpan retryAfter);

    [LoggerMessage(
        EventId = 8,
        Level = LogLevel.Warning,
        Message = "sock_diag failed in another network namespace, so procfs reads that one: {ErrorType}: {Message} Not logged again for the same reason.")]
    private partial void ReadingOneForeignByProcfs(ReadFailure errorType, string message);

    [LoggerMessage(
        EventId = 9,
        Level = LogLevel.Warning,
        Message = "sock_diag has sockets inside {Limit} other network namespaces, the most there may be; procfs reads the rest.")]
    private partial void ForeignLimit(int limit);

    [LoggerMessage(
        EventId = 12,
        Level = LogLevel.Warning,
        Message = "Tcp:Metrics:RoundTrips is on, and procfs reads the host's network namespace, which does not tell round-trip times: they are of what sock_diag reads only. Run the agent in the host's network namespace (docker --network host, chart hostNetwork: true). Logged once.")]
    private partial void NoRoundTrips();
}
