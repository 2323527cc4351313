using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor;

/// <summary>One run of <c>agent doctor --json</c>.</summary>
internal sealed record DoctorRun(int ExitCode, IReadOnlyList<DoctorRun.Checked> Checks, bool Ok, int? Pid, string Text)
{
    public Checked this[string id] => Checks.Single(check => check.Id == id);

    public static async Task<DoctorRun> StartAsync(params KeyValuePair<string, string>[] environment) =>
        Parse(await AgentProgram.RunAsync(["doctor", "--json"], environment));

    public static DoctorRun Parse(CommandResult result)
    {
        result.Output.ShouldNotBeEmpty(result.ErrorText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        Checked[] checks = [.. json.RootElement.GetProperty("checks").EnumerateArray().Select(check => new Checked(
            check.GetProperty("id").GetString()!,
            check.GetProperty("status").GetString()!,
            check.GetProperty("found").GetString()!,
            check.TryGetProperty("fix", out JsonElement fix) ? fix.GetString() : null))];
        return new DoctorRun(result.ExitCode, checks, json.RootElement.GetProperty("ok").GetBoolean(),
            json.RootElement.TryGetProperty("pid", out JsonElement pid) ? pid.GetInt32() : null,
            result.OutputText);
    }

    internal sealed record Checked(string Id, string Status, string Found, string? Fix);
}
