using Agent.Export.Answers;

namespace Agent.Export.Pipeline;

/// <summary>What is remembered between the attempts of one export.</summary>
/// <param name="started">The clock's timestamp of its begin.</param>
internal sealed class DeliveryProgress(long started)
{
    public long Started => started;

    /// <summary>Why the last attempt that was made failed; null before.</summary>
    public Verdict? LastFailure { get; set; }
}
