using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>How many links a directory has (<c>st_nlink</c>), which .NET does not tell.</summary>
internal static unsafe partial class LinkCount
{
    /// <summary><c>AT_FDCWD</c>, linux/fcntl.h.</summary>
    private const int AtCurrentDirectory = -100;

    /// <summary><c>STATX_NLINK</c>, include/uapi/linux/stat.h.</summary>
    private const uint StatxLinks = 0x4;

    /// <summary>Null when it cannot be told. <paramref name="path"/> is UTF-8 and ends with a NUL byte.</summary>
    public static long? Of(ReadOnlySpan<byte> path) => Of(AtCurrentDirectory, path);

    /// <summary>The same of a path below an open directory.</summary>
    public static long? Of(int directory, ReadOnlySpan<byte> path)
    {
        Statx status;
        fixed (byte* pointer = path)
        {
            return statx(directory, pointer, 0, StatxLinks, &status) == 0 ? status.stx_nlink : null;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, Statx* status);
}
