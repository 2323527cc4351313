namespace Agent.Tcp.Totals;

/// <summary>The unit of <c>mem</c> in <c>sockstat</c>, which depends on the kernel.</summary>
/// <remarks>
/// The kernel counts pages; from 4.10 to 5.19 it counted quanta of 4,096 bytes whatever the page size
/// (include/net/sock.h, <c>SK_MEM_QUANTUM</c>; reverted in 6.0 by commit e70f3c701276).
/// </remarks>
internal static class MemoryUnit
{
    private const int Quantum = 4096;

    private static readonly Version FirstOfQuanta = new(4, 10);
    private static readonly Version FirstOfPages = new(6, 0);

    /// <summary>The unit in bytes of the kernel under a proc root; null when it is not known.</summary>
    public static long? Read(string procRoot)
    {
        const int longestRelease = 65;
        if (Environment.SystemPageSize == Quantum)
        {
            return Quantum;
        }

        ReadOnlySpan<byte> text = new SmallFile(longestRelease).Read(new ProcPath($"{procRoot.TrimEnd('/')}/sys/kernel/osrelease"), out _);
        return Of(Encoding.UTF8.GetString(text), Environment.SystemPageSize);
    }

    /// <summary>The unit in bytes; null when it is not known.</summary>
    /// <param name="release">The kernel's release, as <c>uname -r</c> prints it.</param>
    /// <param name="pageSize">The system's page size.</param>
    public static long? Of(string release, int pageSize)
    {
        if (pageSize == Quantum)
        {
            return Quantum;
        }

        if (!TryVersion(release, out Version? version))
        {
            return null;
        }

        if (version < FirstOfQuanta || version >= FirstOfPages)
        {
            return pageSize;
        }

        // Red Hat's kernels take over later changes of the network stack under the old number.
        return release.Contains(".el", StringComparison.Ordinal) ? null : Quantum;
    }

    /// <summary>The first two numbers of <c>5.14.0-70.el9.aarch64</c>.</summary>
    private static bool TryVersion(string release, out Version? version)
    {
        int first = release.IndexOf('.', StringComparison.Ordinal);
        int end = first < 0 ? -1 : release.AsSpan(first + 1).IndexOfAnyExceptInRange('0', '9');
        return Version.TryParse(end < 0 ? release : release[..(first + 1 + end)], out version);
    }
}
