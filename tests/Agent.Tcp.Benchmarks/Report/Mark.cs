using System.Globalization;

namespace Agent.Tcp.Benchmarks.Report;

/// <summary>A number that the project has set itself, and what this run measured.</summary>
/// <param name="Claim">What is divided by what, and where.</param>
/// <param name="Limit">At most this.</param>
/// <param name="Value">Null when it could not be measured.</param>
internal sealed record Mark(string Claim, double Limit, double? Value)
{
    public override string ToString()
    {
        string verdict = Value is not { } value ? "not measured" : value <= Limit ? "met" : "not met";
        return string.Create(CultureInfo.InvariantCulture, $"- **{verdict}**: {Claim}: {Value:0.###} (mark: at most {Limit})");
    }
}
