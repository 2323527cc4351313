using Agent.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tests.Documentation;

/// <summary>The README is short, and leads to everything else.</summary>
public sealed class ReadmeTests
{
    /// <summary>What one reads before deciding to try it; the rest belongs on a page of docs/.</summary>
    private const int MostLines = 149;

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Readme_Length_IsUnder150Lines() => Readme.TrimEnd('\n').Split('\n').Length.ShouldBeLessThanOrEqualTo(MostLines);

    [Fact]
    public void Readme_Links_LeadToEveryPage()
    {
        foreach (string page in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
        {
            Readme.ShouldContain($"](docs/{Path.GetFileName(page)})");
        }
    }

    /// <summary>CI runs the README's command, so that what a reader runs is what is known to pass.</summary>
    [Theory]
    [InlineData("dotnet run --project src/Agent")]
    [InlineData("dotnet test")]
    public void Readme_TheTwoCommands_StandByThemselves(string command) => Readme.ShouldContain($"```\n{command}\n```");

    [Fact]
    public void Ci_Test_IsTheReadmesCommand() =>
        File.ReadLines(Path.Combine(Repository.Root, ".ci", "run")).ShouldContain(
            line => line.StartsWith("dotnet test 2>&1 |", StringComparison.Ordinal));

    [Fact]
    public void Readme_Sample_IsTheOneThatIsCompiledAndRun() => Readme.ShouldContain(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "samples", "Console", "Program.cs")));
}
