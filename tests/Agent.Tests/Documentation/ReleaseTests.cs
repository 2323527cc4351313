using System.Text.RegularExpressions;
using System.Xml.Linq;
using Agent.Tests.Support;
using Shouldly;

namespace Agent.Tests.Documentation;

/// <summary>docs/release.md's promise: one version, wherever it stands.</summary>
public class ReleaseTests
{
    private static readonly string Version =
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    [Theory]
    [InlineData("charts/tcp-agent/Chart.yaml", "^(?:version|appVersion): \"?([^\"\n]+)", 2)]
    [InlineData("docs/install.md", "tcp-agent:([0-9.]+)|--set-version ([0-9.]+)", 2)]
    [InlineData("Dockerfile", "tcp-agent:([0-9.]+)", 1)]
    public void Version_WhereverItStands_IsThatOfTheBuild(string file, string pattern, int atLeast)
    {
        string[] versions = [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, file)), pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(10))
            .Select(match => match.Groups.Values.Skip(1).Single(group => group.Success).Value)];

        versions.Length.ShouldBeGreaterThanOrEqualTo(atLeast);
        versions.ShouldAllBe(version => version == Version);
    }

    [Fact]
    public void Version_OfThePackageThatSamplesTake_IsThatOfTheBuild()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "samples"), "*.csproj", SearchOption.AllDirectories);

        projects.Length.ShouldBeGreaterThan(3);
        foreach (string project in projects)
        {
            XDocument.Load(project).Descendants("PackageReference")
                .Single(reference => (string)reference.Attribute("Include")! == "Agent.Tcp")
                .Attribute("Version")!.Value.ShouldBe(Version);
        }
    }
}
