using Agent.Doctor.Proc;

namespace Agent.Doctor.Checks;

/// <summary>Whether this process may open as many files as the agent can need: its own, and one socket per namespace, or two where round-trip times are sampled.</summary>
internal static class OpenFilesCheck
{
    /// <summary>Files of the runtime and the logs, and connections to the collector.</summary>
    private const long Base = 200;

    private const string Limit = "Max open files";

    public static Finding Look(DoctorContext context, int namespaces) =>
        Judge(ProcText.Lines(context.Process, "limits"), namespaces, context.Tcp.Metrics.RoundTrips);

    // Max open files            1024                 524288               files
    public static Finding Judge(IEnumerable<string> limits, int namespaces, bool samples = false)
    {
        string? line = limits.FirstOrDefault(one => one.StartsWith(Limit, StringComparison.Ordinal));
        string[] fields = line?[Limit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (fields.Length < 2)
        {
            return Finding.Skipped("the limits of this process cannot be read");
        }

        long needed = Base + ((samples ? 2L : 1L) * namespaces);
        string found = $"limit {fields[0]} (hard {fields[1]}); at most about {needed} needed for {namespaces} network namespace(s)";
        bool isEnough = !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) || limit >= needed;
        return isEnough
            ? Finding.Ok(found)
            : Finding.Warning(found, new Fix(
                $"Raise the limit to {needed} or more (systemd: LimitNOFILE={needed}; a shell: ulimit -n {needed}).",
                "the container runtime sets it on the node (containerd's LimitNOFILE)."));
    }
}
