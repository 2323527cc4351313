namespace Agent.Doctor;

/// <summary>One thing that the doctor looks at.</summary>
/// <param name="Id">Names the check in JSON. Stable.</param>
/// <param name="Title">Names it for people.</param>
/// <param name="Look">Finds out. Cancelled with the command.</param>
internal sealed record Check(string Id, string Title, Func<CancellationToken, Task<Finding>> Look)
{
    public Check(string id, string title, Func<Finding> look)
        : this(id, title, _ => Task.FromResult(look()))
    {
    }

    /// <summary>Runs the check. What it may not read is a finding, and no end of the others.</summary>
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
                new Mend("Let this user read what the message names, then run agent doctor again.")));
        }
    }
}

/// <summary>A check that was run.</summary>
internal sealed record CheckResult(string Id, string Title, Finding Finding);
