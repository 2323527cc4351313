namespace Agent.Doctor.Collector;

/// <summary>What came back for the empty export.</summary>
internal sealed record CollectorAnswer
{
    /// <summary>Why nothing came back; null when something did.</summary>
    public Exception? Fault { get; init; }

    /// <summary>After a time-out: whether a TCP connection can be had; null when that was not tried.</summary>
    public bool? Connects { get; init; }

    public int Status { get; init; }

    public string Reason { get; init; } = "";

    public string MediaType { get; init; } = "";

    /// <summary>The status of gRPC, from the trailers or the headers; null when there is none.</summary>
    public string? GrpcStatus { get; init; }

    public string GrpcMessage { get; init; } = "";

    /// <summary>The first line of a text, without secrets and control characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>A success by its status, and nothing that an OTLP receiver answers: an export would not count as delivered.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The collector's clock when it answered, and ours.</summary>
    public DateTimeOffset? Date { get; init; }

    public DateTimeOffset Now { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>A web page, also one that does not say so.</summary>
    public bool IsHtml => MediaType.Contains("html", StringComparison.OrdinalIgnoreCase)
        || Text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
        || Text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
}
