using Agent.Export.Answers;

namespace Agent.Export.Pipeline;

/// <summary>One export, and what is remembered between its attempts.</summary>
/// <param name="request">What is sent.</param>
/// <param name="started">The clock's timestamp of its begin.</param>
internal sealed class DeliveryProgress(HttpRequestMessage? request, long started)
{
    public HttpRequestMessage? Request => request;

    public long Started => started;

    /// <summary>Why the last attempt that was made failed; null before.</summary>
    public Verdict? LastFailure { get; set; }
}
