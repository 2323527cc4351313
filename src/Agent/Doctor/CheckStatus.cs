namespace Agent.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Works, and tells or costs other than it could.</summary>
    Warning = 1,

    /// <summary>Does not work: something is missing or wrong in what the agent reports.</summary>
    Failed = 2,

    /// <summary>There was nothing to check.</summary>
    Skipped = 3,
}

internal static class CheckStatuses
{
    /// <summary>The word in both outputs. A contract.</summary>
    public static string Word(this CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        CheckStatus.Failed => "failed",
        _ => "skipped",
    };
}
