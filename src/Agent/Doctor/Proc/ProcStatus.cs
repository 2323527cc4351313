using System.Globalization;

namespace Agent.Doctor.Proc;

/// <summary><c>/proc/PID/status</c>, of which the doctor wants a few lines. Pure.</summary>
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

    /// <summary>The effective user id: the second of four (proc_pid_status(5)).</summary>
    public string User => Field("Uid", 1) ?? "unknown";

    public string Group => Field("Gid", 1) ?? "unknown";

    /// <summary>Real, effective and saved; null when they are not told.</summary>
    public uint[]? Users => Ids("Uid", 3);

    /// <summary>The same of the group.</summary>
    public uint[]? GroupIds => Ids("Gid", 3);

    /// <summary>The supplementary groups; null when they are not told.</summary>
    public uint[]? SupplementaryGroups => Ids("Groups", int.MaxValue);

    public IReadOnlyList<string> Groups => _fields.GetValueOrDefault("Groups", []);

    /// <summary>The effective capabilities; null where they are not told.</summary>
    public ulong? Capabilities => Mask("CapEff");

    /// <summary>Whether the process may look into those of other users (ptrace).</summary>
    public bool MayTrace => ((Capabilities ?? 0) & SysPtrace) != 0;

    /// <summary>Those that may become effective.</summary>
    public ulong? PermittedCapabilities => Mask("CapPrm");

    public string? Seccomp => Field("Seccomp", 0);

    public bool NoNewPrivileges => string.Equals(Field("NoNewPrivs", 0), "1", StringComparison.Ordinal);

    /// <summary>In how many PID namespaces the process has a number, from that of the procfs to its own; 0 when not told.</summary>
    public int PidNamespaces => Numbers.Count;

    /// <summary>The process's number in each of those.</summary>
    public IReadOnlyList<int> Numbers =>
        [.. _fields.GetValueOrDefault("NSpid", []).Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];

    /// <summary>Whether it is the parent of all kernel threads: kthreadd, whose own parent is none (init/main.c, <c>rest_init</c>).</summary>
    public bool IsFirstKernelThread => Field("Name", 0) is "kthreadd" && Field("PPid", 0) is "0";

    private ulong? Mask(string name) =>
        ulong.TryParse(Field(name, 0), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : null;

    private uint[]? Ids(string name, int most) => _fields.TryGetValue(name, out string[]? values)
        ? [.. values.Take(most).Select(value => uint.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture))]
        : null;

    private string? Field(string name, int index) =>
        _fields.TryGetValue(name, out string[]? values) && values.Length > index ? values[index] : null;
}
