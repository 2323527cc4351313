namespace Agent.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Found">Facts, with numbers, in one line.</param>
/// <param name="Mend">What to do about it; null where nothing need be done.</param>
internal sealed record Finding(CheckStatus Status, string Found, Mend? Mend = null)
{
    public static Finding Ok(string found) => new(CheckStatus.Ok, found);

    public static Finding Skipped(string why) => new(CheckStatus.Skipped, why);

    public static Finding Warning(string found, Mend mend) => new(CheckStatus.Warning, found, mend);

    public static Finding Failed(string found, Mend mend) => new(CheckStatus.Failed, found, mend);
}

/// <summary>What an operator can do.</summary>
/// <param name="Anywhere">Where the agent runs as a program or a service; alone, also on Kubernetes.</param>
/// <param name="Kubernetes">With the chart, where that is done otherwise.</param>
internal sealed record Mend(string Anywhere, string? Kubernetes = null)
{
    public IEnumerable<string> Lines => Kubernetes is null ? [Anywhere] : [Anywhere, $"On Kubernetes: {Kubernetes}"];

    public override string ToString() => string.Join(' ', Lines);
}
