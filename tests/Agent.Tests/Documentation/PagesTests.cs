using System.Text.RegularExpressions;
using Agent.Tcp;
using Agent.Tests.Config;
using Agent.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Documentation;

/// <summary>The operator's pages: their links lead somewhere, and what they name is there.</summary>
public sealed partial class PagesTests
{
    private static readonly string Root = Repository.Root;

    private static readonly string[] Built = ["bin", "obj", "artifacts", "node_modules", ".git"];

    /// <summary>Those with links into the repository.</summary>
    public static TheoryData<string> Pages =>
        [.. Sources("*.md").Where(file => Link().IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Root, file))];

    /// <summary>Comments and messages name pages, too.</summary>
    public static TheoryData<string> Mentioning => ["charts", "config", "src", "tests", ".ci"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        string file = Path.Combine(Root, page);
        foreach (Match link in Link().Matches(File.ReadAllText(file)))
        {
            string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, link.Groups["path"].Value));
            string heading = link.Groups["heading"].Value;
            target = link.Groups["path"].Length == 0 ? file : target;
            Path.Exists(target).ShouldBeTrue($"{page}: {link.Value}");
            if (heading.Length > 0)
            {
                Anchors(target).Contains(heading, StringComparer.Ordinal).ShouldBeTrue($"{page}: no such heading: {link.Value}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Mentioning))]
    public void Pages_NamedElsewhere_AreThere(string place)
    {
        (string File, Match Mention)[] mentions =
        [
            .. Sources("*").Where(file => IsIn(Path.GetRelativePath(Root, file), place))
                .SelectMany(file => Mention().Matches(File.ReadAllText(file)).Select(mention => (file, mention))),
        ];
        mentions.ShouldNotBeEmpty();
        foreach ((string file, Match mention) in mentions)
        {
            string page = Path.Combine(Root, mention.Groups["page"].Value);
            File.Exists(page).ShouldBeTrue($"{file}: {mention.Value}");
            if (mention.Groups["heading"] is { Length: > 0 } heading)
            {
                Anchors(page).Contains(heading.Value, StringComparer.Ordinal)
                    .ShouldBeTrue($"{file}: no such heading: {mention.Value}");
            }
        }
    }

    [Fact]
    public void States_EveryState_HasItsSection()
    {
        string text = Read("docs/states.md");
        foreach (string state in TcpStates.All.Select(info => info.MetricValue).Append("unknown"))
        {
            text.ShouldContain($"\n## {state}\n");
        }
    }

    /// <summary>A namespace may have the label already, with another level; and where it enforces, it is needed before the pods.</summary>
    [Fact]
    public void Install_PodSecurityLabel_StandsBeforeTheInstallCommand()
    {
        const string Label = "kubectl label --overwrite namespace";
        string install = Read("docs/install.md");

        install.IndexOf(Label, StringComparison.Ordinal).ShouldBeInRange(0, install.IndexOf("helm install", StringComparison.Ordinal));
        Read("charts/tcp-agent/templates/NOTES.txt").ShouldContain(Label);
    }

    [Theory]
    [MemberData(nameof(OperatorFiles.RuleFiles), MemberType = typeof(OperatorFiles))]
    public void Pages_EveryAlert_IsNamed(string rules)
    {
        string text = string.Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(File.ReadAllText));
        foreach (YamlMappingNode rule in OperatorQueries.Alerts(OperatorFiles.RuleFile(rules)))
        {
            text.ShouldContain($"`{rule["alert"]}`");
        }
    }

    [Fact]
    public void Metrics_Table_HasEveryMetricByPrometheusName() =>
        FirstCell().Matches(Read("docs/metrics.md")).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal)
            .ShouldBe(Contract.Names.Keys.Append("system_network_connection_count").Order(StringComparer.Ordinal));

    private static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    /// <summary>What the repository holds, without what is built or fetched.</summary>
    private static IEnumerable<string> Sources(string pattern) =>
        Directory.EnumerateDirectories(Root).Where(folder => !Built.Contains(Path.GetFileName(folder), StringComparer.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Root, pattern))
            .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(part => Built.Contains(part, StringComparer.Ordinal)));

    private static bool IsIn(string file, string place) =>
        file == place || file.StartsWith(place + "/", StringComparison.Ordinal);

    /// <summary>The anchors of a page's headings; lines of a code block that begin with # are none.</summary>
    private static IEnumerable<string> Anchors(string page)
    {
        bool isCode = false;
        foreach (string line in File.ReadLines(page))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!isCode && line.StartsWith('#'))
            {
                yield return Anchor(line);
            }
        }
    }

    /// <summary>As GitHub makes anchors: lower case, spaces to hyphens, punctuation gone.</summary>
    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#\s]*)(#(?<heading>[^)\s]+))?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/])(?<page>docs/\w+\.md)(#(?<heading>[\w-]+))?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mention();

    [GeneratedRegex(@"^\| `(?<name>(tcp|system)_\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInAnchors();
}
