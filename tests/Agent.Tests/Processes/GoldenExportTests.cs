using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

/// <summary>
/// The whole export over the fixture, compared with a committed file: names, units and kinds are a contract.
/// AGENT_TEST_REWRITE_GOLDEN=1 rewrites the file.
/// </summary>
public sealed class GoldenExportTests
{
    private const string RewriteVariable = "AGENT_TEST_REWRITE_GOLDEN";

    private static readonly string File = Path.Combine(Repository.TestFolder, "fixtures", "export.golden.txt");

    [Fact]
    public async Task Export_OverTheFixture_IsTheGoldenOne()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            [], [AgentRun.OverFixture, AgentRun.OnceAnHour, .. AgentRun.OverHttp(receiver)]);

        // The one at the start: counters are what one collection makes them.
        string actual = ExportText.Render(await receiver.WaitForExportAsync());

        if (Environment.GetEnvironmentVariable(RewriteVariable) is { Length: > 0 })
        {
            await System.IO.File.WriteAllTextAsync(File, actual);
        }

        string expected = await System.IO.File.ReadAllTextAsync(File);
        string[] missing = [.. Lines(expected).Except(Lines(actual), StringComparer.Ordinal).Select(line => $"- {line}")];
        string[] added = [.. Lines(actual).Except(Lines(expected), StringComparer.Ordinal).Select(line => $"+ {line}")];
        actual.ShouldBe(
            expected,
            $"The export is not that of {File}. Lines that went and came:\n{string.Join('\n', [.. missing, .. added])}\n"
                + $"If it is meant, run this test with {RewriteVariable}=1 and commit the file.");
    }

    private static string[] Lines(string text) => text.Split('\n');
}
