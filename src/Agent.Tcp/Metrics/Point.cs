using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics;

/// <summary>
/// One series' measurement, rebuilt only when its value changes: a <see cref="Measurement{T}"/> copies its attributes
/// when it is made.
/// </summary>
internal struct Point(KeyValuePair<string, object?>[] attributes)
{
    private Measurement<long> _measurement = new(0, attributes);

    public readonly bool Exists => attributes is not null;

    public Measurement<long> With(long value)
    {
        if (_measurement.Value != value)
        {
            _measurement = new Measurement<long>(value, attributes);
        }

        return _measurement;
    }
}
