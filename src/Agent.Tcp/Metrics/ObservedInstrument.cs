using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Series;

namespace Agent.Tcp.Metrics;

/// <summary>The callback of one instrument: joins the collection, and fills a reused buffer from its snapshot.</summary>
/// <param name="shared">The snapshot of the collection.</param>
/// <param name="number">The instrument's number, 0 to 31, different from the others'.</param>
/// <param name="fill">Adds the instrument's measurements.</param>
#pragma warning disable CA1001 // The buffer's Dispose ends an enumeration; it holds nothing.
internal sealed class ObservedInstrument<T>(SharedSnapshot shared, int number, Action<MeasurementBuffer<T>> fill)
#pragma warning restore CA1001
    where T : struct
{
    private readonly MeasurementBuffer<T> _buffer = new();

    public IEnumerable<Measurement<T>> Observe()
    {
        lock (shared.Lock)
        {
            // Another listener (dotnet-counters, say) may collect at the same time and still read the shared buffer.
            MeasurementBuffer<T> buffer = _buffer;
            if (!buffer.TryRent())
            {
                buffer = new MeasurementBuffer<T>();
            }

            shared.Join(number);
            fill(buffer);
            return buffer;
        }
    }
}
