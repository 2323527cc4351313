using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>
/// The few calls of the C library that reading the kernel's tables needs. Plain file descriptors instead of
/// <c>SafeFileHandle</c>: opening a table then allocates nothing. Errors come by <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary><c>O_RDONLY | O_CLOEXEC</c>; the same on every Linux that .NET runs on (asm-generic/fcntl.h).</summary>
    public const int OpenReadOnly = 0x80000;

    /// <summary><c>AT_FDCWD</c>, linux/fcntl.h.</summary>
    private const int AtCurrentDirectory = -100;

    /// <summary><c>STATX_INO</c>, linux/stat.h.</summary>
    private const uint StatxInode = 0x100;

    private const string Library = "libc";

    /// <summary>Opens a file for reading. <paramref name="path"/> is UTF-8 and ends with a NUL byte.</summary>
    public static int Open(ReadOnlySpan<byte> path)
    {
        fixed (byte* pointer = path)
        {
            return open(pointer, OpenReadOnly);
        }
    }

    public static nint Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return read(descriptor, pointer, (nuint)buffer.Length);
        }
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>The inode of a path (<c>st_ino</c>), 0 when it cannot be told.</summary>
    public static ulong Inode(ReadOnlySpan<byte> path)
    {
        Statx status;
        fixed (byte* pointer = path)
        {
            return statx(AtCurrentDirectory, pointer, 0, StatxInode, &status) == 0 ? status.stx_ino : 0;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int open(byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, Statx* status);
}
