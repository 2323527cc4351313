namespace Agent.Doctor.Proc;

/// <summary>The fields of <c>/proc/PID/status</c> that the doctor needs. Pure.</summary>
internal sealed class ProcStatus
{
    /// <summary><c>CAP_SYS_PTRACE</c>, include/uapi/linux/capability.h.</summary>
    public const ulong SysPtrace = 1ul << 19;

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

    /// <summary>The effective user ID: the second of four (proc_pid_status(5)).</summary>
    public string User => Field("Uid", 1) ?? "unknown";

    public string Group => Field("Gid", 1) ?? "unknown";

    /// <summary>Real, effective and saved user ID; null when unknown.</summary>
    public uint[]? Users => Ids("Uid", 3);

    /// <summary>Real, effective and saved group ID; null when unknown.</summary>
    public uint[]? GroupIds => Ids("Gid", 3);

    /// <summary>The supplementary groups; null when unknown.</summary>
    public uint[]? SupplementaryGroups => Ids("Groups", int.MaxValue);

    public IReadOnlyList<string> Groups => _fields.GetValueOrDefault("Groups", []);

    /// <summary>The effective capabilities; null when unknown.</summary>
    public ulong? Capabilities => Mask("CapEff");

    /// <summary>Whether the process may trace those of other users.</summary>
    public bool MayTrace => ((Capabilities ?? 0) & SysPtrace) != 0;

    /// <summary>The capabilities that can become effective.</summary>
    public ulong? PermittedCapabilities => Mask("CapPrm");

    public string? Seccomp => Field("Seccomp", 0);

    public bool NoNewPrivileges => string.Equals(Field("NoNewPrivs", 0), "1", StringComparison.Ordinal);

    /// <summary>The number of PID namespaces from that of the procfs to the process's own; 0 when unknown.</summary>
    public int PidNamespaces => Numbers.Count;

    /// <summary>The process's PID in each of them.</summary>
    public IReadOnlyList<int> Numbers =>
        [.. _fields.GetValueOrDefault("NSpid", []).Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];

    /// <summary>Whether it is kthreadd, the parent of all kernel threads, which has no parent itself (init/main.c, <c>rest_init</c>).</summary>
    public bool IsFirstKernelThread => Field("Name", 0) is "kthreadd" && Field("PPid", 0) is "0";

    private ulong? Mask(string name) =>
        ulong.TryParse(Field(name, 0), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : null;

    private uint[]? Ids(string name, int most) => _fields.TryGetValue(name, out string[]? values)
        ? [.. values.Take(most).Select(value => uint.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture))]
        : null;

    private string? Field(string name, int index) =>
        _fields.TryGetValue(name, out string[]? values) && values.Length > index ? values[index] : null;
}
