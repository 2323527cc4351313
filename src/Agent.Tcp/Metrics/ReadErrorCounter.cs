using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

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
