namespace Agent.Export.Pipeline;

/// <summary>Lets each kind of event through once, then once per interval with the number of those before it. Thread-safe.</summary>
internal sealed class RepeatLimit(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Counts one event, of a bounded number of kinds. True with the number since the last, this one included, if it is let through.</summary>
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
internal readonly record struct Repeats(long Count, TimeSpan Since)
{
    /// <summary>For the end of a clause; empty for a single one.</summary>
    public override string ToString() => Count > 1
        ? $" ({Count} times in {Since.TotalMinutes:0} minutes)"
        : "";
}
