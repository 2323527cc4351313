namespace Agent.Commands;

/// <summary>Options of several commands.</summary>
internal static class CommonOptions
{
    public const string JsonName = "--json";

    public static Option<bool> Json() => new(JsonName) { Description = "Prints JSON." };

    /// <summary>An option that accepts only the given words.</summary>
    public static Option<string> Choice(string name, string description, string fallback, params string[] choices)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => fallback,
        };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}

/// <summary>Exit codes of all commands.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran, but part of its result failed (a row, a table, a check), or the output cannot be written.</summary>
    public const int Incomplete = 1;

    /// <summary>Wrong usage or configuration, or an input that cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The reader of standard output has closed the pipe: what a shell shows for a program that SIGPIPE (13) ended.</summary>
    public const int ClosedPipe = 128 + 13;
}
