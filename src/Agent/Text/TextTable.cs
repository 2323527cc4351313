using System.Globalization;
using System.Text;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>A table of aligned columns: text to the left, numbers to the right, zeroes faint.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];
    private readonly bool[] _numeric = new bool[headings.Length];

    public void Row(params object[] cells)
    {
        string[] texts = new string[headings.Length];
        for (int column = 0; column < texts.Length; column++)
        {
            _numeric[column] |= cells[column] is long or int or ulong;
            texts[column] = Printable.Of(Convert.ToString(cells[column], CultureInfo.InvariantCulture) ?? "");
        }

        _rows.Add(texts);
    }

    public string Render(Style style)
    {
        int[] widths = Widths();
        var text = new StringBuilder();
        text.AppendLine(style.Heading(Line(headings, widths)));
        foreach (string[] row in _rows)
        {
            string[] cells = row;
            string line = Line(cells, widths);
            text.AppendLine(IsAllZero(cells) ? style.Faint(line) : line);
        }

        return text.ToString();
    }

    private bool IsAllZero(string[] cells)
    {
        bool anyNumber = false;
        for (int column = 0; column < cells.Length; column++)
        {
            if (!_numeric[column])
            {
                continue;
            }

            anyNumber = true;
            if (!string.Equals(cells[column], "0", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return anyNumber;
    }

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int column = 0; column < cells.Length; column++)
        {
            line.Append(column == 0 ? "" : Gap);
            line.Append(_numeric[column] ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column]));
        }

        return line.ToString().TrimEnd();
    }

    private int[] Widths()
    {
        int[] widths = new int[headings.Length];
        for (int column = 0; column < widths.Length; column++)
        {
            widths[column] = _rows.Aggregate(headings[column].Length, (width, row) => Math.Max(width, row[column].Length));
        }

        return widths;
    }
}
