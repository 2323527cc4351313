namespace Agent.Text;

/// <summary>
/// A table with aligned columns: text to the left, numbers to the right, rows of zeros faint. Long tables are written without
/// keeping their rows: the first rows determine the widths of columns, and a later cell that is wider shifts its row.
/// </summary>
internal sealed class TextTable(params string[] headings)
{
    /// <summary>Between columns.</summary>
    private const int Gap = 2;

    /// <summary>The number of rows that determine the widths of a table that is written as it grows.</summary>
    private const int SettlingRows = 1000;

    private readonly List<string[]> _rows = [];
    private readonly bool[] _numeric = new bool[headings.Length];

    /// <summary>The current row: the text of its cells, and where each ends.</summary>
    private readonly int[] _ends = new int[headings.Length];
    private char[] _text = new char[256];
    private int _cell;

    private char[] _line = new char[512];
    private TextWriter? _output;
    private Style _style = Style.Plain;
    private int[]? _widths;

    /// <summary>A table whose rows are written as they are added; call <see cref="End"/> after the last.</summary>
    public static TextTable WrittenTo(TextWriter output, Style style, params string[] headings) =>
        new(headings) { _output = output, _style = style };

    public void Row(params ReadOnlySpan<object> cells)
    {
        foreach (object cell in cells)
        {
            switch (cell)
            {
                case long or int or ulong:
                    Number((ISpanFormattable)cell);
                    break;
                default:
                    Text(Printable.Of(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""));
                    break;
            }
        }

        EndRow();
    }

    /// <summary>The row's next cell, text without control characters.</summary>
    public TextTable Text(ReadOnlySpan<char> text)
    {
        text.CopyTo(Room(text.Length));
        return EndCell(text.Length);
    }

    /// <summary>The row's next cell, a formatted value aligned to the left.</summary>
    public TextTable Value<T>(T value, ReadOnlySpan<char> format = default)
        where T : ISpanFormattable
    {
        int length = 0;
        for (int room = 32; !value.TryFormat(Room(room), out length, format, CultureInfo.InvariantCulture);)
        {
            room *= 2;
        }

        return EndCell(length);
    }

    /// <summary>The row's next cell, a number aligned to the right.</summary>
    public TextTable Number<T>(T value)
        where T : ISpanFormattable
    {
        if (_widths is null)
        {
            _numeric[_cell] = true;
        }

        return Value(value);
    }

    /// <summary>Call after the row's last cell.</summary>
    public void EndRow()
    {
        _cell = 0;
        if (_widths is not null)
        {
            Write(_output!);
            return;
        }

        string[] row = new string[headings.Length];
        for (int column = 0; column < row.Length; column++)
        {
            row[column] = Cell(column).ToString();
        }

        _rows.Add(row);
        if (_output is not null && _rows.Count == SettlingRows)
        {
            End();
        }
    }

    /// <summary>Writes the rows that are still kept of a table that is written as it grows.</summary>
    public void End()
    {
        if (_widths is null)
        {
            WriteHeld(_output!);
        }
    }

    private int Start(int column) => column == 0 ? 0 : _ends[column - 1];

    private ReadOnlySpan<char> Cell(int column) => _text.AsSpan(Start(column).._ends[column]);

    private Span<char> Room(int length)
    {
        int start = Start(_cell);
        if (_text.Length - start < length)
        {
            Array.Resize(ref _text, 2 * (start + length));
        }

        return _text.AsSpan(start);
    }

    private TextTable EndCell(int length)
    {
        _ends[_cell] = Start(_cell) + length;
        _cell++;
        return this;
    }

    public string Render(Style style)
    {
        var text = new StringWriter { NewLine = Environment.NewLine };
        _style = style;
        WriteHeld(text);
        return text.ToString();
    }

    private void WriteHeld(TextWriter output)
    {
        _widths = Widths();
        Put(headings);
        output.WriteLine(_style.Heading(Line().ToString()));
        foreach (string[] row in _rows)
        {
            Put(row);
            Write(output);
        }

        _rows.Clear();
    }

    private void Put(string[] cells)
    {
        foreach (string cell in cells)
        {
            Text(cell);
        }

        _cell = 0;
    }

    private void Write(TextWriter output)
    {
        ReadOnlySpan<char> line = Line();
        if (IsAllZero())
        {
            output.WriteLine(_style.Faint(line.ToString()));
        }
        else
        {
            output.WriteLine(line);
        }
    }

    private bool IsAllZero()
    {
        bool anyNumber = false;
        for (int column = 0; column < headings.Length; column++)
        {
            if (!_numeric[column])
            {
                continue;
            }

            anyNumber = true;
            if (!Cell(column).SequenceEqual("0"))
            {
                return false;
            }
        }

        return anyNumber;
    }

    private ReadOnlySpan<char> Line()
    {
        int length = 0;
        for (int column = 0; column < headings.Length; column++)
        {
            ReadOnlySpan<char> cell = Cell(column);
            int padding = Math.Max(0, _widths![column] - cell.Length);
            int end = length + Gap + padding + cell.Length;
            if (end > _line.Length)
            {
                Array.Resize(ref _line, 2 * end);
            }

            // Spaces, with the cell over them.
            Span<char> place = _line.AsSpan(length..end);
            place.Fill(' ');
            cell.CopyTo(place[(_numeric[column] ? padding : 0)..]);
            length = end;
        }

        return _line.AsSpan(0, length).TrimEnd(' ');
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
