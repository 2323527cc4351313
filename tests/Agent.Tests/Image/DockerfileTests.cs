using System.Text.RegularExpressions;
using Agent.Tests.Support;

namespace Agent.Tests.Image;

/// <summary>What the Dockerfile repeats from elsewhere is the same there; that it builds is shown by building it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Dockerfile = Read("Dockerfile");

    [Fact]
    public void Bases_OfAllStages_ArePinned()
    {
        string[] bases = [.. BaseImage().Matches(Dockerfile).Select(match => match.Value).Where(name => name != "restored")];

        bases.Length.ShouldBe(3);
        bases[0].ShouldMatch(@"/sdk:10\.0\.\d{3}-noble$");
        bases[1].ShouldBe("debian:trixie-slim");
        bases[2].ShouldBe("scratch");
        Label("base.name").ShouldBe(bases[1]);
    }

    [Fact]
    public void Version_OfLabelAndChart_IsTheProgramsOwn()
    {
        string version = ProgramVersion().Match(Read("Directory.Build.props")).Groups["version"].Value;

        Label("version").ShouldBe(version);
        Read("charts/tcp-agent/Chart.yaml").ShouldContain($"appVersion: \"{version}\"");
    }

    [Fact]
    public void User_OfTheImage_IsTheCharts()
    {
        Dockerfile.ShouldContain("\nUSER 65532:65532\n");
        Read("charts/tcp-agent/values.yaml").ShouldContain("\n  runAsUser: 65532\n  runAsGroup: 65532\n");
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static string Label(string name) =>
        Regex.Match(
            Dockerfile,
            $"org\\.opencontainers\\.image\\.{Regex.Escape(name)}=\"(?<value>[^\"]*)\"",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)).Groups["value"].Value;

    [GeneratedRegex(@"(?<=^FROM (--\S+ )?)[a-z]\S+", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BaseImage();

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProgramVersion();
}
