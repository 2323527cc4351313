using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary><c>tcp.agent.read.errors</c>: how often reading failed, by <c>error.type</c>, since the start.</summary>
internal sealed class ReadErrorCounter
{
    private readonly long[] _counts = new long[ReadFailures.Count];
    private readonly Point[] _points = new Point[ReadFailures.Count];

    public void Count(List<ReadError> errors)
    {
        foreach (ReadError error in errors)
        {
            _counts[(int)error.Failure]++;
        }
    }

    public void Count(ReadFailure failure) => _counts[(int)failure]++;

    public void Report(MeasurementBuffer into)
    {
        for (int failure = 0; failure < _counts.Length; failure++)
        {
            if (_counts[failure] == 0)
            {
                continue;
            }

            ref Point point = ref _points[failure];
            if (!point.Exists)
            {
                point = new Point([new(TcpMetricNames.ErrorType, ((ReadFailure)failure).MetricValue())]);
            }

            into.Add(point.With(_counts[failure]));
        }
    }
}
