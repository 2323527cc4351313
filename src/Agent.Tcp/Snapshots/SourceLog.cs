using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Snapshots;

/// <summary>Logs once why procfs is read instead of sock_diag, and once more when that is over.</summary>
internal sealed partial class SourceLog(ILogger logger)
{
    private ReadFailure _known;

    public void FellBack(ReadError error)
    {
        if (_known != error.Failure)
        {
            _known = error.Failure;
            ReadingProcfs(error.Failure, error.Message, SourceSelector.RetryAfter);
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

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Warning,
        Message = "sock_diag failed, so procfs is read: {ErrorType}: {Message} It is tried again every {RetryAfter}; logged once until it works.")]
    private partial void ReadingProcfs(ReadFailure errorType, string message, TimeSpan retryAfter);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "sock_diag works again and is read instead of procfs.")]
    private partial void ReadingSockDiag();
}
