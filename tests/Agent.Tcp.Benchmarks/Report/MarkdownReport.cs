using System.Text;

namespace Agent.Tcp.Benchmarks.Report;

/// <summary>What a run says: to the console at once, and as a file at the end.</summary>
internal sealed class MarkdownReport(TextWriter console)
{
    private readonly StringBuilder _text = new();

    public void Line(string line = "")
    {
        console.WriteLine(line);
        _text.Append(line).Append('\n');
    }

    public void Heading(string text)
    {
        Line();
        Line($"## {text}");
        Line();
    }

    /// <summary>The first column stands left, numbers stand right.</summary>
    public void Table(string[] head, IEnumerable<string[]> rows)
    {
        List<string[]> all = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => all.Max(row => row[column].Length))];
        Line(Row(head, widths));
        Line($"|{string.Join('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ':'))}|");
        foreach (string[] row in all.Skip(1))
        {
            Line(Row(row, widths));
        }
    }

    public void Marks(IEnumerable<Mark> marks)
    {
        Heading("Marks");
        foreach (Mark mark in marks)
        {
            Line(mark.ToString());
        }
    }

    public void Save(string? path)
    {
        if (path is not null)
        {
            File.WriteAllText(path, _text.ToString());
        }
    }

    private static string Row(string[] cells, int[] widths) =>
        $"| {string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column])))} |";
}
