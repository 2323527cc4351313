using System.Collections;
using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The measurements that a callback hands to the SDK: a list that is its own enumerator, so that a collection
/// allocates nothing. Taken by <see cref="TryRent"/>, free again when its enumeration ends.
/// </summary>
internal sealed class MeasurementBuffer : IEnumerable<Measurement<long>>, IEnumerator<Measurement<long>>
{
    private Measurement<long>[] _items = new Measurement<long>[64];
    private int _count;
    private int _position = -1;
    private int _rented;

    public Measurement<long> Current => _items[_position];

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

    public void Add(in Measurement<long> measurement)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        _items[_count++] = measurement;
    }

    public IEnumerator<Measurement<long>> GetEnumerator()
    {
        _position = -1;
        return this;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool MoveNext() => ++_position < _count;

    public void Reset() => _position = -1;

    public void Dispose() => Volatile.Write(ref _rented, 0);
}
