namespace Agent.Doctor.Checks;

/// <summary>One check of the doctor.</summary>
/// <param name="Id">Names the check in JSON. A contract.</param>
/// <param name="Title">Names the check in text.</param>
/// <param name="Look">Runs the check. Cancelled with the command.</param>
internal sealed record Check(string Id, string Title, Func<CancellationToken, Task<Finding>> Look)
{
    public Check(string id, string title, Func<Finding> look)
        : this(id, title, _ => Task.FromResult(look()))
    {
    }

    /// <summary>Runs the check. What it cannot read is a finding; the other checks still run.</summary>
    public async Task<CheckResult> RunAsync(CancellationToken cancellation)
    {
        try
        {
            return new CheckResult(Id, Title, await Look(cancellation));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CheckResult(Id, Title, Finding.Failed(
                $"could not be checked: {exception.Message}",
                new Fix("Let this user read what the message names, then run agent doctor again.")));
        }
    }
}

/// <summary>A check and its result.</summary>
internal sealed record CheckResult(string Id, string Title, Finding Finding);

/// <summary>What a check found.</summary>
/// <param name="Status">The result.</param>
/// <param name="Found">The facts, with numbers, in one line.</param>
/// <param name="Fix">How to fix it; null where nothing needs fixing.</param>
internal sealed record Finding(CheckStatus Status, string Found, Fix? Fix = null)
{
    public static Finding Ok(string found) => new(CheckStatus.Ok, found);

    public static Finding Skipped(string why) => new(CheckStatus.Skipped, why);

    public static Finding Warning(string found, Fix fix) => new(CheckStatus.Warning, found, fix);

    public static Finding Failed(string found, Fix fix) => new(CheckStatus.Failed, found, fix);
}

/// <summary>How to fix a problem.</summary>
/// <param name="Anywhere">Where the agent runs as a program or a service; alone, also on Kubernetes.</param>
/// <param name="Kubernetes">With the chart, where that differs.</param>
internal sealed record Fix(string Anywhere, string? Kubernetes = null)
{
    public IEnumerable<string> Lines => Kubernetes is null ? [Anywhere] : [Anywhere, $"On Kubernetes: {Kubernetes}"];

    public override string ToString() => string.Join(' ', Lines);
}

/// <summary>The result of a check.</summary>
internal enum CheckStatus
{
    Ok = 0,

    /// <summary>Works, but reports or costs something other than it could.</summary>
    Warning = 1,

    /// <summary>Does not work: something is missing or wrong in what the agent reports.</summary>
    Failed = 2,

    /// <summary>There was nothing to check.</summary>
    Skipped = 3,
}

internal static class CheckStatuses
{
    /// <summary>The word in text and JSON. A contract.</summary>
    public static string Word(this CheckStatus status) => $"{status}".ToLowerInvariant();
}
