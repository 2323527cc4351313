using Agent.Export.Answers;

namespace Agent.Export.Pipeline;

/// <summary>
/// How long to wait before the next attempt: exponential with full jitter, so that the agents of a fleet, whose
/// collector went away for all of them at once, do not come back all at once.
/// </summary>
internal sealed class RetryDelay(RetrySettings settings, Random random)
{
    /// <summary>Draws the wait, after so many retries.</summary>
    public TimeSpan After(Verdict failure, int retries)
    {
        TimeSpan backoff = settings.InitialDelay * Math.Pow(2, Math.Min(retries, 30));
        backoff = (backoff < settings.MaxDelay ? backoff : settings.MaxDelay) * random.NextDouble();

        // Never sooner than the collector asks for, and no two agents at the same moment.
        return failure.Wait is { } wait && wait > TimeSpan.Zero ? Clamp(wait) + backoff : backoff;
    }

    /// <summary>What the collector asks for, cut to what the operator allows.</summary>
    public TimeSpan Clamp(TimeSpan wait) => wait < settings.MaxRetryAfter ? wait : settings.MaxRetryAfter;
}
