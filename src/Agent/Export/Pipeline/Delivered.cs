using Agent.Export.Answers;

namespace Agent.Export.Pipeline;

/// <summary>How a delivery ended.</summary>
/// <param name="Verdict">What becomes of the payload.</param>
/// <param name="Response">The last answer; null when there was none. The receiver disposes of it.</param>
internal readonly record struct Delivered(Verdict Verdict, HttpResponseMessage? Response)
{
    /// <summary>An attempt before the last one failed.</summary>
    public bool WasRetried { get; init; }
}
