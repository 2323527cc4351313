using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>
/// Listing a directory and reaching the files under it by its descriptor, without allocating. Errors come by
/// <see cref="Marshal.GetLastPInvokeError"/>. Paths are UTF-8 and end with a NUL byte.
/// </summary>
internal static unsafe partial class DirectoryLibc
{
    /// <summary><c>STATX_INO</c>, linux/stat.h.</summary>
    private const uint StatxInode = 0x100;

    private const string Library = "libc";

    /// <summary>
    /// <c>__NR_getdents64</c>: asm/unistd_64.h, asm/unistd_32.h, asm-generic/unistd.h. glibc has a function of that
    /// name only since 2.30 and musl hides its own from <c>dlsym</c>; the number works with both.
    /// </summary>
    private static readonly nint GetDents64 = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 or Architecture.Arm => 217,
        Architecture.X86 or Architecture.S390x => 220,
        Architecture.Ppc64le => 202,
        _ => 61,
    };

    /// <summary>Fills the buffer with <see cref="DirectoryEntries"/>: their bytes, 0 at the end, negative on failure.</summary>
    public static nint Read(int directory, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return syscall(GetDents64, directory, pointer, buffer.Length);
        }
    }

    /// <summary>Opens anything for reading, without waiting for it.</summary>
    public static int Open(int directory, ReadOnlySpan<byte> path)
    {
        fixed (byte* pointer = path)
        {
            return openat(directory, pointer, Libc.OpenReadOnly);
        }
    }

    /// <summary>Opens a regular file, see <see cref="Libc.OpenFile"/>.</summary>
    public static int OpenFile(int directory, ReadOnlySpan<byte> path) => Libc.RegularOnly(Open(directory, path));

    /// <summary>The inode of a path (<c>st_ino</c>); false with the error set when it cannot be told.</summary>
    public static bool TryInode(int directory, ReadOnlySpan<byte> path, out ulong inode)
    {
        Statx status;
        int result;
        fixed (byte* pointer = path)
        {
            result = statx(directory, pointer, 0, StatxInode, &status);
        }

        inode = result == 0 ? status.stx_ino : 0;
        return result == 0;
    }

    /// <summary>The same with the device that the inode is of (<c>st_dev</c>).</summary>
    public static bool TryDevice(int directory, ReadOnlySpan<byte> path, out ulong device, out ulong inode)
    {
        Statx status;
        int result;
        fixed (byte* pointer = path)
        {
            result = statx(directory, pointer, 0, StatxInode, &status);
        }

        device = result == 0 ? ((ulong)status.stx_dev_major << 32) | status.stx_dev_minor : 0;
        inode = result == 0 ? status.stx_ino : 0;
        return result == 0;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint directory, byte* buffer, nint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int openat(int directory, byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, Statx* status);
}
