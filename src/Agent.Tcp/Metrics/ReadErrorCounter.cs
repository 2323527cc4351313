using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary><c>tcp.agent.read.errors</c>: how often reading failed, by <c>error.type</c>, since the start.</summary>
internal sealed class ReadErrorCounter
{
    private readonly long[] _counts = new long[ReadFailures.Count];
    private readonly Point<long>[] _points = new Point<long>[ReadFailures.Count];

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
        for (int failure = 0; failure < _counts.Length; failure++)
        {
            if (_counts[failure] == 0)
            {
                continue;
            }

            ref Point<long> point = ref _points[failure];
            if (!point.Exists)
            {
                point = new Point<long>([new(TcpMetricNames.ErrorType, ((ReadFailure)failure).MetricValue())]);
            }

            into.Add(point.With(_counts[failure]));
        }
    }
}
