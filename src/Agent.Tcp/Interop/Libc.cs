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
    public const int CurrentDirectory = -100;

    public const string Library = "libc";

    /// <summary>linux/fcntl.h: a link itself, and an open descriptor itself.</summary>
    private const int NoFollow = 0x100, EmptyPath = 0x1000;

    /// <summary><c>STATX_BASIC_STATS</c>, include/uapi/linux/stat.h.</summary>
    private const uint StatxBasic = 0x7FF;

    /// <summary><c>RLIMIT_NOFILE</c>, include/uapi/asm-generic/resource.h; the same on all of .NET's Linux targets.</summary>
    private const int LimitOfFiles = 7;

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
    public static int Open(string path, int flags = OpenReadOnly) => Open(CurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), flags);

    /// <inheritdoc cref="Open(ReadOnlySpan{byte})"/>
    public static int Open(int directory, ReadOnlySpan<byte> path, int flags = OpenReadOnly)
    {
        fixed (byte* pointer = path)
        {
            return openat(directory, pointer, flags);
        }
    }

    /// <summary>Opens a regular file only: for any other the error is <see cref="NotRegular"/>.</summary>
    public static int OpenFile(ReadOnlySpan<byte> path) => OpenFile(CurrentDirectory, path);

    /// <inheritdoc cref="OpenFile(ReadOnlySpan{byte})"/>
    public static int OpenFile(int directory, ReadOnlySpan<byte> path)
    {
        int descriptor = Open(directory, path);
        if (descriptor < 0 || (TryStatus(descriptor, out FileStatus status) && status.IsRegular))
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

    public static nint Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return write(descriptor, pointer, (nuint)buffer.Length);
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

    /// <summary>The inode of a path (<c>st_ino</c>), 0 when it is unknown.</summary>
    public static ulong Inode(ReadOnlySpan<byte> path) => TryStatus(path, out FileStatus status) ? status.Inode : 0;

    /// <summary>The status of a path; false with the error set when it cannot be read.</summary>
    public static bool TryStatus(ReadOnlySpan<byte> path, out FileStatus status, bool followLink = true) =>
        TryStatus(CurrentDirectory, path, followLink ? 0 : NoFollow, out status);

    /// <inheritdoc cref="TryStatus(ReadOnlySpan{byte}, out FileStatus, bool)"/>
    public static bool TryStatus(int directory, ReadOnlySpan<byte> path, out FileStatus status) => TryStatus(directory, path, 0, out status);

    /// <summary>The status of an open file.</summary>
    public static bool TryStatus(int descriptor, out FileStatus status) => TryStatus(descriptor, "\0"u8, EmptyPath, out status);

    /// <summary>Waits until a descriptor is ready (poll(2)): more than 0 when it is, 0 when the time is over, negative on failure.</summary>
    public static int Wait(int descriptor, short events, int milliseconds)
    {
        var wanted = new PollFd { fd = descriptor, events = events };
        return poll(&wanted, 1, milliseconds);
    }

    /// <summary>How many files this process may have open; null when it is unknown.</summary>
    public static ulong? DescriptorLimit()
    {
        // struct rlimit: rlim_cur, rlim_max, each an unsigned long.
        nuint* limit = stackalloc nuint[2];
        return getrlimit(LimitOfFiles, limit) == 0 ? limit[0] : null;
    }

    private static bool TryStatus(int directory, ReadOnlySpan<byte> path, int flags, out FileStatus status)
    {
        Statx found = default;
        fixed (byte* pointer = path)
        {
            bool isTold = statx(directory, pointer, flags, StatxBasic, &found) == 0;
            Marshal.SetLastPInvokeError(isTold ? 0 : Marshal.GetLastSystemError());
            status = new FileStatus(
                found.stx_ino, ((ulong)found.stx_dev_major << 32) | found.stx_dev_minor, found.stx_uid, found.stx_mode, (long)found.stx_size, found.stx_nlink);
            return isTold;
        }
    }

    /// <summary>Without the errno: <see cref="NamespaceLibc"/> says why.</summary>
    [LibraryImport(Library)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, Statx* status);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int openat(int directory, byte* path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint readlinkat(int directory, byte* path, byte* target, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int poll(PollFd* descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint directory, byte* buffer, nint size);

    [LibraryImport(Library)]
    private static partial int getrlimit(int resource, nuint* limit);
}

/// <summary><c>struct statx</c>, include/uapi/linux/stat.h: of one layout on every architecture, unlike <c>struct stat</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
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

/// <summary><c>struct pollfd</c>, include/uapi/asm-generic/poll.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int fd;
    public short events;
    public short revents;
}
