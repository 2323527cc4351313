namespace Agent.Text;

/// <summary>Terminal colours, for a terminal only.</summary>
internal sealed class Style(bool coloured)
{
    public static Style Plain { get; } = new(coloured: false);

    /// <summary>Coloured on a terminal, unless NO_COLOR is set and not empty (no-color.org).</summary>
    public static Style ForOutput() => new(
        IsTerminal(Console.IsOutputRedirected) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Whether escape sequences may be written: to a terminal, unless TERM is unset or says that it has none.</summary>
    public static bool IsTerminal(bool redirected) =>
        !redirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public string Heading(string text) => Wrap("1", text);

    public string Faint(string text) => Wrap("2", text);

    public string Good(string text) => Wrap("32", text);

    public string Doubtful(string text) => Wrap("33", text);

    public string Bad(string text) => Wrap("1;31", text);

    private string Wrap(string code, string text) => coloured ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
