namespace Agent.Tcp.Namespaces.Discovery;

/// <summary><c>/proc/PID/stat</c>, of which only the start time is wanted.</summary>
internal static class ProcStat
{
    /// <summary><c>starttime</c> is field 22 (proc_pid_stat(5)); field 3 is the first after the name.</summary>
    private const int FieldsBefore = 22 - 3;

    // 4242 (a) name) S 1 4242 4242 0 -1 4194560 1204 0 0 0 1 2 0 0 20 0 1 0 81234 3133440 465 …
    // The name is the process's own choice, parentheses and blanks included: the fields begin after the last ')'.
    public static bool TryStartTime(ReadOnlySpan<byte> text, out ulong ticks)
    {
        ticks = 0;
        int name = text.LastIndexOf((byte)')');
        if (name < 0)
        {
            return false;
        }

        var fields = new FieldCursor(text[(name + 1)..]);
        return fields.TrySkip(FieldsBefore) && fields.TryNext(out ReadOnlySpan<byte> field) && AsciiNumber.TryDecimal(field, out ticks);
    }
}
