namespace Agent.Commands;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran, and something in its answer failed (a row, a table, a check), or the answer cannot be written.</summary>
    public const int Incomplete = 1;

    /// <summary>Wrong usage or configuration, or an input that cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The reader of standard output has gone: what a shell shows of a program that SIGPIPE (13) ended.</summary>
    public const int ClosedPipe = 128 + 13;
}
