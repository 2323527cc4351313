using System.Collections;
using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The measurements that a callback hands to the SDK: a list that is its own enumerator, so that a collection
/// allocates nothing. Taken by <see cref="TryRent"/>, free again when its enumeration ends.
/// </summary>
internal sealed class MeasurementBuffer<T> : IEnumerable<Measurement<T>>, IEnumerator<Measurement<T>>
    where T : struct
{
    private const int InitialSize = 64;

    private Measurement<T>[] _items = new Measurement<T>[InitialSize];
    private int _count;
    private int _position = -1;
    private int _rented;

    public Measurement<T> Current => _items[_position];

    object IEnumerator.Current => Current;

    /// <summary>Takes the buffer, empty; false while another collection still reads it.</summary>
    public bool TryRent()
    {
        if (Interlocked.CompareExchange(ref _rented, 1, 0) != 0)
        {
            return false;
        }

        _count = 0;
        _position = -1;
        return true;
    }

    public void Add(in Measurement<T> measurement)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        _items[_count++] = measurement;
    }

    public IEnumerator<Measurement<T>> GetEnumerator()
    {
        _position = -1;
        return this;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool MoveNext() => ++_position < _count;

    public void Reset() => _position = -1;

    public void Dispose() => Volatile.Write(ref _rented, 0);
}

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
