using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>
/// The few calls of the C library that reading the kernel's tables needs. Plain file descriptors instead of
/// <c>SafeFileHandle</c>: opening a table then allocates nothing. Errors come by <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>
    /// <c>O_RDONLY | O_CLOEXEC | O_NONBLOCK</c>; the same on every Linux that .NET runs on (asm-generic/fcntl.h). Without
    /// the last one, opening a named pipe waits for a writer; files of procfs do not heed it.
    /// </summary>
    public const int OpenReadOnly = 0x80000 | 0x800;

    /// <summary>In the place of an errno, which are positive: what was opened is no <see cref="RegularFile"/>.</summary>
    public const int NotRegular = -1;

    /// <summary><c>AT_FDCWD</c>, linux/fcntl.h.</summary>
    private const int AtCurrentDirectory = -100;

    /// <summary><c>STATX_INO</c>, linux/stat.h.</summary>
    private const uint StatxInode = 0x100;

    /// <summary><c>STATX_TYPE</c>, linux/stat.h.</summary>
    private const uint StatxType = 0x1;

    /// <summary><c>AT_EMPTY_PATH</c>, linux/fcntl.h: the descriptor itself.</summary>
    private const int AtEmptyPath = 0x1000;

    private const string Library = "libc";

    /// <summary>Opens a file for reading. <paramref name="path"/> is UTF-8 and ends with a NUL byte.</summary>
    public static int Open(ReadOnlySpan<byte> path)
    {
        fixed (byte* pointer = path)
        {
            return open(pointer, OpenReadOnly);
        }
    }

    /// <summary>The same, of a regular file only: for any other the error is <see cref="NotRegular"/>.</summary>
    public static int OpenFile(ReadOnlySpan<byte> path) => RegularOnly(Open(path));

    /// <summary>Closes what is open and no regular file.</summary>
    public static int RegularOnly(int descriptor)
    {
        if (descriptor < 0 || IsRegular(descriptor))
        {
            return descriptor;
        }

        Close(descriptor);
        Marshal.SetLastPInvokeError(NotRegular);
        return -1;
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

    /// <summary>The mode of a path (<c>st_mode</c>): its kind; 0 when it cannot be told.</summary>
    public static int Mode(ReadOnlySpan<byte> path)
    {
        Statx status;
        fixed (byte* pointer = path)
        {
            return statx(AtCurrentDirectory, pointer, 0, StatxType, &status) == 0 ? status.stx_mode : 0;
        }
    }

    private static bool IsRegular(int descriptor)
    {
        Statx status;
        byte empty = 0;
        return statx(descriptor, &empty, AtEmptyPath, StatxType, &status) == 0 && RegularFile.IsRegular(status.stx_mode);
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
