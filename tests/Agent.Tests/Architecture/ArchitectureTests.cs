using System.Text.RegularExpressions;
using Agent.Tcp;
using Agent.Tests.Support;

namespace Agent.Tests.Architecture;

/// <summary>
/// Dependencies run one way: the tables of docs/architecture.md say which folder may use which, and nothing else does.
/// </summary>
public sealed partial class ArchitectureTests
{
    /// <summary>
    /// The library's public types are in its own namespace, and so is the ground that all of it uses; its door is where those
    /// who use the SDK look for it.
    /// </summary>
    private static readonly Rooms LibraryRooms = Rooms.Of("Agent.Tcp", ground: "Agent.Tcp/Model", "Agent.Tcp", "OpenTelemetry.Metrics");
    private static readonly Rooms ProgramRooms = Rooms.Of("Agent", ground: "Agent");

    /// <summary>Found once: it takes seconds.</summary>
    private static readonly Lazy<IReadOnlyDictionary<(string From, string To), string>> LibraryUses =
        new(() => LibraryRooms.Uses(typeof(TcpInstrumentationOptions).Assembly));

    [Fact]
    public void Namespaces_OfEveryFile_AreThoseOfItsFolder()
    {
        LibraryRooms.Strays.ShouldBeEmpty();
        ProgramRooms.Strays.Where(stray => stray != "Agent/Program.cs: no namespace").ShouldBeEmpty();
    }

    [Fact]
    public void Table_OfThePage_HasEveryFolder()
    {
        Table().Keys.Order(StringComparer.Ordinal).ShouldBe(
            LibraryRooms.All.Concat(ProgramRooms.All).Order(StringComparer.Ordinal),
            "The tables of docs/architecture.md list the folders of src that have types, and what each may use.");
    }

    [Fact]
    public void Table_OfThePage_RunsOneWay()
    {
        Dictionary<string, string[]> table = Table();
        foreach (string room in table.Keys)
        {
            Reached(table, room).Contains(room).ShouldBeFalse($"docs/architecture.md lets {room} use itself by way of others");
        }
    }

    [Fact]
    public void Library_EveryFolder_UsesOnlyWhatThePageAllows() => Forbidden(LibraryUses.Value).ShouldBeEmpty();

    [Fact]
    public void Program_EveryFolder_UsesOnlyWhatThePageAllows() =>
        Forbidden(ProgramRooms.Uses(typeof(Agent.Commands.AgentCommandLine).Assembly)).ShouldBeEmpty();

    /// <summary>That the test sees uses: what is known to be there.</summary>
    [Fact]
    public void Uses_OfTheLibrary_AreFound() =>
        LibraryUses.Value.Keys.ShouldContain(("Agent.Tcp/Decoding", "Agent.Tcp/Procfs"));

    private static IEnumerable<string> Forbidden(IReadOnlyDictionary<(string From, string To), string> uses)
    {
        Dictionary<string, string[]> table = Table();
        return uses
            .Where(use => !table.GetValueOrDefault(use.Key.From, []).Contains(use.Key.To, StringComparer.Ordinal))
            .Select(use => $"{use.Key.From} must not use {use.Key.To}: {use.Value}")
            .Order(StringComparer.Ordinal);
    }

    private static HashSet<string> Reached(Dictionary<string, string[]> table, string from)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>([from]);
        while (next.TryDequeue(out string? room))
        {
            foreach (string used in table.GetValueOrDefault(room, []).Where(reached.Add))
            {
                next.Enqueue(used);
            }
        }

        return reached;
    }

    /// <summary>What each folder may use: the first and the last column of the page's rows that begin with a folder of <c>src</c>.</summary>
    private static Dictionary<string, string[]> Table() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .Where(line => line.StartsWith("| `Agent", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToDictionary(
                cells => cells[0].Trim('`'),
                cells => Used(cells[0].Trim('`').Split('/')[0], cells[^1]),
                StringComparer.Ordinal);

    /// <summary>Folders are named within their project there.</summary>
    private static string[] Used(string project, string cell) =>
        [.. Name().Matches(cell).Select(name => name.Groups["name"].Value).Select(name => name == project ? name : $"{project}/{name}")];

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
