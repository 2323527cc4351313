using Agent.Export.Answers;

namespace Agent.Export.Pipeline;

/// <summary>The collector has asked to be left alone for a while (Retry-After, RetryInfo), for the longest time at most. Thread-safe.</summary>
internal sealed class CollectorPause(TimeSpan longest, TimeProvider time)
{
    private long _until = long.MinValue;

    public bool IsOn => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>Begins a pause if the verdict is one that asks for it; an open circuit breaker is our own.</summary>
    public void BeginIfAsked(Verdict verdict)
    {
        if (verdict is { Wait: { } wait, ErrorType: not ErrorTypes.CircuitOpen })
        {
            TimeSpan length = wait < longest ? wait : longest;
            Volatile.Write(ref _until, time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency));
        }
    }
}
