using System.Globalization;

namespace Agent.Export.Pipeline;

/// <summary>Lets each kind of event through once, then once per interval with the number of those before it. Thread-safe.</summary>
/// <param name="interval">The time between two of one kind.</param>
/// <param name="time">The clock.</param>
internal sealed class RepeatLimit(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Counts one event.</summary>
    /// <param name="kind">What it is. There must be a bounded number of them.</param>
    /// <param name="repeats">The events of this kind since the last one that was let through, this one included.</param>
    /// <returns>Whether this one is let through.</returns>
    public bool IsDue(string kind, out Repeats repeats)
    {
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out Kind? one))
            {
                _kinds[kind] = new Kind { LetThrough = time.GetTimestamp() };
                repeats = new Repeats(1, TimeSpan.Zero);
                return true;
            }

            TimeSpan since = time.GetElapsedTime(one.LetThrough);
            repeats = new Repeats(++one.Count, since);
            if (since < interval)
            {
                return false;
            }

            (one.Count, one.LetThrough) = (0, time.GetTimestamp());
            return true;
        }
    }

    private sealed class Kind
    {
        public long Count { get; set; }

        public long LetThrough { get; set; }
    }
}

/// <summary>How often something came.</summary>
/// <param name="Count">That often.</param>
/// <param name="Since">In this time.</param>
internal readonly record struct Repeats(long Count, TimeSpan Since)
{
    /// <summary>For the end of a clause; empty for a single one.</summary>
    public override string ToString() => Count > 1
        ? string.Create(CultureInfo.InvariantCulture, $" ({Count} times in {Since.TotalMinutes:0} minutes)")
        : "";
}
