using System.Reflection;
using System.Text.RegularExpressions;
using Agent.Tests.Support;
using NetArchTest.Rules;

namespace Agent.Tests.Architecture;

/// <summary>
/// The folders of one project under <c>src</c>, by the sources, and which of them use which, by the compiled code: a folder
/// sees its parents' types without a <c>using</c>, so sources alone do not tell.
/// </summary>
internal sealed partial class Rooms
{
    private readonly Dictionary<string, string> _roomOfType = new(StringComparer.Ordinal);
    private readonly string _project;
    private readonly string _ground;

    private Rooms(string project, string ground)
    {
        _project = project;
        _ground = ground;
    }

    /// <summary>Files whose namespace is not that of their folder.</summary>
    public List<string> Strays { get; } = [];

    /// <summary>The folders, from the project's own: <c>Agent.Tcp</c>, <c>Agent.Tcp/Model</c>.</summary>
    public IReadOnlyList<string> All => [.. _roomOfType.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The rooms of a project.</summary>
    /// <param name="project">The project's folder in <c>src</c>, which is its root namespace too.</param>
    /// <param name="ground">The folder whose namespace is the project's.</param>
    /// <param name="publicNamespaces">Where public types may be, whatever their folder.</param>
    public static Rooms Of(string project, string ground, params string[] publicNamespaces)
    {
        var rooms = new Rooms(project, ground);
        string root = Path.Combine(Repository.Root, "src", project);
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(root, file);
            if (!path.StartsWith("obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !path.StartsWith("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                rooms.Add($"{project}/{path}", File.ReadAllText(file), publicNamespaces);
            }
        }

        return rooms;
    }

    /// <summary>Which folder uses which other one, each with the types that do.</summary>
    public IReadOnlyDictionary<(string From, string To), string> Uses(Assembly assembly)
    {
        var uses = new Dictionary<(string From, string To), string>();
        foreach (IGrouping<string, string> room in _roomOfType.GroupBy(type => type.Value, type => type.Key, StringComparer.Ordinal))
        {
            IEnumerable<string> users = Types.InAssembly(assembly).That().HaveDependencyOnAny([.. room]).GetTypes()
                .Select(type => OutermostName(type.FullName!))
                .Distinct(StringComparer.Ordinal);
            foreach (IGrouping<string, string> from in users.Where(_roomOfType.ContainsKey).GroupBy(type => _roomOfType[type], StringComparer.Ordinal))
            {
                if (from.Key != room.Key)
                {
                    uses[(from.Key, room.Key)] = string.Join(", ", from.Select(name => name[(name.LastIndexOf('.') + 1)..]));
                }
            }
        }

        return uses;
    }

    private static string OutermostName(string name) => name.Split('+')[0];

    private void Add(string path, string source, string[] publicNamespaces)
    {
        string room = Path.GetDirectoryName(path)!.Replace(Path.DirectorySeparatorChar, '/');
        string name = Namespace().Match(source).Groups["name"].Value;
        Match[] types = [.. Declaration().Matches(source).Cast<Match>()];
        bool isPublic = types.Length > 0 && types.All(type => type.Value.StartsWith("public ", StringComparison.Ordinal));
        string expected = room == _ground ? _project : room.Replace('/', '.');
        if (name != expected && !(isPublic && publicNamespaces.Contains(name)))
        {
            Strays.Add($"{path}: {(name.Length == 0 ? "no namespace" : name)}");
        }

        foreach (Match type in types)
        {
            string arity = type.Groups["arguments"].Length == 0 ? "" : $"`{type.Groups["arguments"].Value.Count(character => character == ',') + 1}";
            _roomOfType[$"{(name.Length == 0 ? "" : name + ".")}{type.Groups["name"].Value}{arity}"] = room;
        }
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespace();

    /// <summary>A type of a file, with its arguments' names if it has any: nested ones are indented.</summary>
    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record(?: struct| class)?) (?<name>\w+)(?:<(?<arguments>[\w, ]+)>)?", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Declaration();
}
