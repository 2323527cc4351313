namespace Agent.Text;

/// <summary>A terminal window, redrawn in place and never scrolled: what does not fit is cut off, with a note.</summary>
internal sealed partial class TerminalWindow(TextWriter output)
{
    /// <summary><c>TIOCGWINSZ</c>, include/uapi/asm-generic/ioctls.h.</summary>
    private const nuint GetWindowSize = 0x5413;

    private const int StandardOutput = 1;
    private const int DefaultRows = 24;
    private const int DefaultColumns = 80;

    private const string Home = "\u001b[H";
    private const string ClearLine = "\u001b[K";
    private const string ClearBelow = "\u001b[J";

    private readonly Lock _drawing = new();
    private string _text = "";

    /// <summary>The current size, which may change at any time.</summary>
    public static (int Rows, int Columns) Size
    {
        get
        {
            bool isKnown = ioctl(StandardOutput, GetWindowSize, out WindowSize size) == 0;
            return (
                isKnown && size.ws_row > 0 ? size.ws_row : Variable("LINES", DefaultRows),
                isKnown && size.ws_col > 0 ? size.ws_col : Variable("COLUMNS", DefaultColumns));
        }
    }

    /// <summary>Shows a text from the window's first row.</summary>
    public void Draw(string text)
    {
        lock (_drawing)
        {
            _text = text;
            (int rows, int columns) = Size;
            output.Write(Fit(text, rows, columns));
            output.Flush();
        }
    }

    /// <summary>Shows the last text again, after the window has changed its size.</summary>
    public void Redraw()
    {
        try
        {
            Draw(_text);
        }
        catch (OutputException)
        {
            // The next drawing reports it.
        }
    }

    /// <summary>Moves the cursor below the text.</summary>
    public void Leave()
    {
        output.WriteLine();
        output.Flush();
    }

    internal static string Fit(string text, int rows, int columns)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        string[] shown = lines.Length <= rows ? lines : [.. lines[..(rows - 1)], $"{lines.Length - rows + 1} more lines do not fit"];
        var frame = new StringBuilder(Home);
        for (int row = 0; row < shown.Length; row++)
        {
            frame.Append(row == 0 ? "" : "\n").Append(ClearLine);
            AppendCut(frame, shown[row], columns);
        }

        if (shown.Length < rows)
        {
            frame.Append('\n').Append(ClearBelow);
        }

        return frame.ToString();
    }

    /// <summary>Appends a number of characters of a line; color sequences do not count.</summary>
    private static void AppendCut(StringBuilder frame, string line, int columns)
    {
        int width = 0;
        for (int index = 0; index < line.Length; index++)
        {
            if (line[index] == '\u001b')
            {
                int end = line.IndexOf('m', index);
                frame.Append(line, index, end + 1 - index);
                index = end;
            }
            else if (width++ < columns)
            {
                frame.Append(line[index]);
            }
        }
    }

    private static int Variable(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : fallback;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, out WindowSize size);

    /// <summary><c>struct winsize</c>, include/uapi/asm-generic/termios.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }
}
