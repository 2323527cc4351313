using System.Globalization;

namespace Agent.Doctor.Proc;

/// <summary><c>/proc/PID/status</c>, of which the doctor wants a few lines. Pure.</summary>
internal sealed class ProcStatus
{
    private readonly Dictionary<string, string[]> _fields = new(StringComparer.Ordinal);

    public ProcStatus(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                _fields[line[..colon]] = line[(colon + 1)..].Split(
                    (char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            }
        }
    }

    /// <summary>The effective user id: the second of four (proc_pid_status(5)).</summary>
    public string User => Field("Uid", 1) ?? "unknown";

    public string Group => Field("Gid", 1) ?? "unknown";

    public IReadOnlyList<string> Groups => _fields.GetValueOrDefault("Groups", []);

    /// <summary>The effective capabilities; null where they are not told.</summary>
    public ulong? Capabilities =>
        ulong.TryParse(Field("CapEff", 0), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : null;

    public string? Seccomp => Field("Seccomp", 0);

    public bool NoNewPrivileges => string.Equals(Field("NoNewPrivs", 0), "1", StringComparison.Ordinal);

    /// <summary>In how many PID namespaces the process has a number, from that of the procfs to its own; 0 when not told.</summary>
    public int PidNamespaces => _fields.GetValueOrDefault("NSpid", []).Length;

    private string? Field(string name, int index) =>
        _fields.TryGetValue(name, out string[]? values) && values.Length > index ? values[index] : null;
}
