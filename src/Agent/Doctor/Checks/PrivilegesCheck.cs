using Agent.Doctor.Proc;

namespace Agent.Doctor.Checks;

/// <summary>Which privileges this process has and what they allow. It needs none.</summary>
internal static class PrivilegesCheck
{
    private const ulong SysAdmin = 1ul << 21;

    /// <summary>The capabilities of include/uapi/linux/capability.h that matter for what is read.</summary>
    private static readonly (ulong Mask, string Name)[] Known =
    [
        (1ul << 2, "CAP_DAC_READ_SEARCH"), (1ul << 12, "CAP_NET_ADMIN"), (ProcStatus.SysPtrace, "CAP_SYS_PTRACE"), (SysAdmin, "CAP_SYS_ADMIN"),
    ];

    public static Finding Judge(ProcStatus status)
    {
        if (status.Capabilities is not { } capabilities)
        {
            return Finding.Skipped("the status of this process cannot be read");
        }

        string groups = status.Groups.Count == 0 ? "" : $", groups {string.Join(' ', status.Groups)}";
        return Finding.Ok(
            $"uid {status.User}, gid {status.Group}{groups}; {Capabilities(capabilities)}; {Seccomp(status.Seccomp)}"
            + (status.NoNewPrivileges ? ", no new privileges" : "") + $"; {Allows(capabilities)}");
    }

    private static string Capabilities(ulong mask)
    {
        if (mask == 0)
        {
            return "no capabilities (none is needed)";
        }

        IEnumerable<string> names = Known.Where(one => (mask & one.Mask) != 0).Select(one => one.Name);
        int others = BitOperations.PopCount(mask & ~Known.Aggregate(0ul, (all, one) => all | one.Mask));
        return string.Join(", ", others > 0 ? names.Append($"{others} other capabilities") : names);
    }

    /// <summary>The modes of proc_pid_status(5).</summary>
    private static string Seccomp(string? mode) => mode switch
    {
        "0" => "seccomp off",
        "1" => "seccomp strict",
        "2" => "seccomp filter",
        _ => "seccomp unknown",
    };

    /// <summary>Whether these privileges let a process enter other network namespaces.</summary>
    public static bool LetEnter(ProcStatus status) => LetEnter(status.Capabilities ?? 0);

    private static bool LetEnter(ulong mask) => (mask & (SysAdmin | ProcStatus.SysPtrace)) == (SysAdmin | ProcStatus.SysPtrace);

    private static string Allows(ulong mask) => LetEnter(mask)
        ? "may enter other network namespaces (setns), which sock_diag needs to read them"
        : "may not enter other network namespaces (setns needs CAP_SYS_ADMIN and CAP_SYS_PTRACE together): procfs reads those";
}
