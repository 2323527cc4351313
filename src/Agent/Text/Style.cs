namespace Agent.Text;

/// <summary>Terminal colours, for a terminal only.</summary>
internal sealed class Style(bool coloured)
{
    public static Style Plain { get; } = new(coloured: false);

    /// <summary>
    /// Coloured when standard output is a terminal that can show it and NO_COLOR is unset or empty (no-color.org).
    /// </summary>
    public static Style ForOutput() => new(
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal));

    public string Heading(string text) => Wrap("1", text);

    public string Faint(string text) => Wrap("2", text);

    public string Good(string text) => Wrap("32", text);

    public string Doubtful(string text) => Wrap("33", text);

    public string Bad(string text) => Wrap("1;31", text);

    private string Wrap(string code, string text) => coloured ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
