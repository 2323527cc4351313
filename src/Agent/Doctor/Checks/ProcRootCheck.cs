using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>Facts about the proc root.</summary>
/// <param name="Path">The setting.</param>
/// <param name="Fault">Why it cannot be listed; null when it can.</param>
/// <param name="Format">The file system type: <c>proc</c> by the magic number 0x9fa0 (<c>PROC_SUPER_MAGIC</c>).</param>
internal sealed record ProcRootFacts(string Path, string? Fault, string Format)
{
    private const string Procfs = "proc";

    public bool IsProcfs => string.Equals(Format, Procfs, StringComparison.Ordinal);

    public static ProcRootFacts Of(string path)
    {
        try
        {
            _ = new DirectoryInfo(path).EnumerateFileSystemInfos().Any();
            return new ProcRootFacts(path, null, new DriveInfo(path).DriveFormat);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ProcRootFacts(path, IoFaults.Describe(exception), "");
        }
    }
}

/// <summary>Whether the proc root exists, is a procfs and can be listed.</summary>
internal static class ProcRootCheck
{
    private static readonly Fix Mount = new(
        "Set Tcp:ProcRoot (variable Tcp__ProcRoot) to where the node's procfs is mounted: /proc where the agent runs on the machine itself.",
        "with hostPID: true, /proc is the node's; without it, mount the node's /proc read-only (a hostPath volume) and set Tcp__ProcRoot to its mountPath. The chart does so.");

    public static Finding Judge(ProcRootFacts facts) => facts switch
    {
        { Fault: { } fault } => Finding.Failed($"{facts.Path} cannot be listed: {fault}", Mount),
        { IsProcfs: false } => Finding.Warning(
            $"{facts.Path} is not a procfs but {facts.Format}: what is read there is a copy, not this machine", Mount),
        _ => Finding.Ok($"{facts.Path} is a procfs and can be listed"),
    };
}
