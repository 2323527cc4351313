using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary>
/// The few calls of the C library that reading the kernel's files needs. Plain file descriptors instead of
/// <c>SafeFileHandle</c>: opening a table then allocates nothing. Errors come by <see cref="Marshal.GetLastPInvokeError"/>.
/// Paths are UTF-8 and end with a NUL byte; a relative one is below <c>directory</c>, an open descriptor.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>In the place of an errno, which are positive: what was opened is no <see cref="RegularFile"/>.</summary>
    public const int NotRegular = -1;

    /// <summary>
    /// <c>O_RDONLY | O_CLOEXEC | O_NONBLOCK</c>; the same on every Linux that .NET runs on (asm-generic/fcntl.h). Without
    /// the last one, opening a named pipe waits for a writer; files of procfs do not heed it.
    /// </summary>
    private const int OpenReadOnly = 0x80000 | 0x800;

    /// <summary><c>AT_FDCWD</c>, linux/fcntl.h.</summary>
    private const int CurrentDirectory = -100;

    /// <summary><c>AT_EMPTY_PATH</c>, linux/fcntl.h: the descriptor itself.</summary>
    private const int EmptyPath = 0x1000;

    /// <summary><c>STATX_TYPE | STATX_NLINK | STATX_INO</c>, include/uapi/linux/stat.h.</summary>
    private const uint StatxWanted = 0x1 | 0x4 | 0x100;

    /// <summary><c>RLIMIT_NOFILE</c>, include/uapi/asm-generic/resource.h; the same on all of .NET's Linux targets.</summary>
    private const int LimitOfFiles = 7;

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

    /// <summary>Opens anything for reading, without waiting for it.</summary>
    public static int Open(ReadOnlySpan<byte> path) => Open(CurrentDirectory, path);

    /// <inheritdoc cref="Open(ReadOnlySpan{byte})"/>
    public static int Open(int directory, ReadOnlySpan<byte> path)
    {
        fixed (byte* pointer = path)
        {
            return openat(directory, pointer, OpenReadOnly);
        }
    }

    /// <summary>Opens a regular file only: for any other the error is <see cref="NotRegular"/>.</summary>
    public static int OpenFile(ReadOnlySpan<byte> path) => OpenFile(CurrentDirectory, path);

    /// <inheritdoc cref="OpenFile(ReadOnlySpan{byte})"/>
    public static int OpenFile(int directory, ReadOnlySpan<byte> path)
    {
        int descriptor = Open(directory, path);
        if (descriptor < 0 || (TryStatus(descriptor, "\0"u8, EmptyPath, out Statx status) && RegularFile.IsRegular(status.stx_mode)))
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

    /// <summary>Fills the buffer with <see cref="DirectoryEntries"/>: their bytes, 0 at the end, negative on failure.</summary>
    public static nint ReadDirectory(int directory, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return syscall(GetDents64, directory, pointer, buffer.Length);
        }
    }

    /// <summary>Where a symbolic link leads, as far as it fits: its length, negative on failure.</summary>
    public static nint ReadLink(int directory, ReadOnlySpan<byte> path, Span<byte> target)
    {
        fixed (byte* pointer = path, result = target)
        {
            return readlinkat(directory, pointer, result, (nuint)target.Length);
        }
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>The inode of a path (<c>st_ino</c>), 0 when it cannot be told.</summary>
    public static ulong Inode(ReadOnlySpan<byte> path) => TryInode(CurrentDirectory, path, out ulong inode) ? inode : 0;

    /// <summary>The inode of a path (<c>st_ino</c>); false with the error set when it cannot be told.</summary>
    public static bool TryInode(int directory, ReadOnlySpan<byte> path, out ulong inode) => TryDevice(directory, path, out _, out inode);

    /// <summary>The same with the device that the inode is of (<c>st_dev</c>).</summary>
    public static bool TryDevice(int directory, ReadOnlySpan<byte> path, out ulong device, out ulong inode)
    {
        bool isTold = TryStatus(directory, path, 0, out Statx status);
        device = ((ulong)status.stx_dev_major << 32) | status.stx_dev_minor;
        inode = status.stx_ino;
        return isTold;
    }

    /// <summary>The mode of a path (<c>st_mode</c>): its kind; 0 when it cannot be told.</summary>
    public static int Mode(ReadOnlySpan<byte> path) => TryStatus(CurrentDirectory, path, 0, out Statx status) ? status.stx_mode : 0;

    /// <summary>How many links a directory has (<c>st_nlink</c>), which .NET does not tell; null when it cannot be told.</summary>
    public static long? Links(ReadOnlySpan<byte> path) => Links(CurrentDirectory, path);

    /// <inheritdoc cref="Links(ReadOnlySpan{byte})"/>
    public static long? Links(int directory, ReadOnlySpan<byte> path) =>
        TryStatus(directory, path, 0, out Statx status) ? status.stx_nlink : null;

    /// <summary>How many files this process may have open; null when it cannot be told.</summary>
    public static ulong? DescriptorLimit()
    {
        // struct rlimit: rlim_cur, rlim_max, each an unsigned long.
        nuint* limit = stackalloc nuint[2];
        return getrlimit(LimitOfFiles, limit) == 0 ? limit[0] : null;
    }

    private static bool TryStatus(int directory, ReadOnlySpan<byte> path, int flags, out Statx status)
    {
        status = default;
        fixed (byte* pointer = path)
        fixed (Statx* result = &status)
        {
            return statx(directory, pointer, flags, StatxWanted, result) == 0;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int openat(int directory, byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint readlinkat(int directory, byte* path, byte* target, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, Statx* status);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint directory, byte* buffer, nint size);

    [LibraryImport(Library)]
    private static partial int getrlimit(int resource, nuint* limit);
}

/// <summary><c>struct statx</c>, include/uapi/linux/stat.h: of one layout on every architecture, unlike <c>struct stat</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    [FieldOffset(0)]
    public uint stx_mask;

    [FieldOffset(16)]
    public uint stx_nlink;

    [FieldOffset(20)]
    public uint stx_uid;

    [FieldOffset(28)]
    public ushort stx_mode;

    [FieldOffset(32)]
    public ulong stx_ino;

    [FieldOffset(40)]
    public ulong stx_size;

    [FieldOffset(136)]
    public uint stx_dev_major;

    [FieldOffset(140)]
    public uint stx_dev_minor;
}
