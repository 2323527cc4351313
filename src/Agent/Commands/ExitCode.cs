namespace Agent.Commands;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran, and something in its answer failed: a row, a table, a check.</summary>
    public const int Incomplete = 1;

    /// <summary>Wrong usage or configuration, or an input that cannot be read.</summary>
    public const int Usage = 2;
}
