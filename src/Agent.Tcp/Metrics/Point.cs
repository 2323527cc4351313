using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics;

/// <summary>
/// One series' measurement, rebuilt only when its value changes: a <see cref="Measurement{T}"/> copies its attributes
/// when it is made.
/// </summary>
internal struct Point<T>(KeyValuePair<string, object?>[] attributes)
    where T : struct, IEquatable<T>
{
    private Measurement<T> _measurement = new(default, attributes);

    public readonly bool Exists => attributes is not null;

    public Measurement<T> With(T value)
    {
        if (!_measurement.Value.Equals(value))
        {
            _measurement = new Measurement<T>(value, attributes);
        }

        return _measurement;
    }
}
