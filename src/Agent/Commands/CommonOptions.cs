using System.CommandLine;

namespace Agent.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public const string JsonName = "--json";

    public static Option<bool> Json() => new(JsonName) { Description = "Prints JSON." };

    /// <summary>An option that takes one of a few words; any other is wrong usage.</summary>
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
