using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;

namespace Agent.Tcp.Metrics;

/// <summary>Logs each error once, when it appears, and once more when it has gone.</summary>
internal sealed partial class ReadErrorLog(ILogger logger)
{
    private readonly HashSet<(string Path, ReadFailure Failure)> _known = [];

    public void Update(List<ReadError> errors)
    {
        foreach (ReadError error in errors)
        {
            if (_known.Add((error.Path, error.Failure)))
            {
                Appeared(error.Failure, error.Message);
            }
        }

        if (_known.Count > errors.Count)
        {
            Forget(errors);
        }
    }

    private void Forget(List<ReadError> errors) => _known.RemoveWhere(known =>
    {
        bool gone = !errors.Exists(error =>
            error.Failure == known.Failure && string.Equals(error.Path, known.Path, StringComparison.Ordinal));
        if (gone)
        {
            Gone(known.Path, known.Failure);
        }

        return gone;
    });

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{ErrorType}: {Message} Logged once until it has gone.")]
    private partial void Appeared(ReadFailure errorType, string message);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Path}: {ErrorType} has gone.")]
    private partial void Gone(string path, ReadFailure errorType);
}

/// <summary>
/// <c>tcp.agent.read.errors</c>: how often reading failed, by <c>error.type</c>, since the start; also when it never did, so
/// that the first failure shows in a rate.
/// </summary>
internal sealed class ReadErrorCounter
{
    private readonly long[] _counts = new long[ReadFailures.Count];
    private readonly Point<long>[] _points =
    [
        .. Enum.GetValues<ReadFailure>().Select(failure =>
            new Point<long>([new(TcpMetricNames.ErrorType, failure.MetricValue())])),
    ];

    public void Count(List<ReadError> errors)
    {
        foreach (ReadError error in errors)
        {
            _counts[(int)error.Failure] += error.Times;
        }
    }

    public void Count(ReadFailure failure) => _counts[(int)failure]++;

    public void Report(MeasurementBuffer<long> into)
    {
        for (int failure = (int)ReadFailure.None + 1; failure < _counts.Length; failure++)
        {
            into.Add(_points[failure].With(_counts[failure]));
        }
    }
}
