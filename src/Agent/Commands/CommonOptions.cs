using System.CommandLine.Parsing;

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

    /// <summary>Parses a number of digits, and a decimal point where the style allows it: 1,5 could be read as 1.5 or as 15.</summary>
    /// <param name="bounds">The numbers that are accepted.</param>
    /// <param name="style">How they are written.</param>
    /// <param name="takes">What the option takes, for the error about anything else.</param>
    /// <param name="hint">What may explain the error.</param>
    public static Func<ArgumentResult, T?> Number<T>(Bounds<T> bounds, NumberStyles style, string takes, string hint = "")
        where T : struct, INumber<T> => result =>
        {
            string text = result.Tokens[0].Value;
            if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T number) && bounds.Contains(number))
            {
                return number;
            }

            result.AddError($"{takes}, not \"{text}\"{hint}.");
            return null;
        };
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
