namespace Agent.Tcp.Interop;

/// <summary>What the kernel says of a file (<c>statx(2)</c>), also what .NET does not report of it.</summary>
/// <param name="Inode">Which file it is on its device.</param>
/// <param name="Device">The device, major number first.</param>
/// <param name="Owner">The owner's uid.</param>
/// <param name="Mode">Kind and permissions (<c>st_mode</c>).</param>
/// <param name="Size">Bytes.</param>
/// <param name="Links">How many links a directory has: two, and one for each directory in it.</param>
internal readonly partial record struct FileStatus(ulong Inode, ulong Device, uint Owner, int Mode, long Size, long Links)
{
    // S_IFMT and the kinds of a file, include/uapi/linux/stat.h.
    private const int KindMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, Folder = 0x4000, BlockDevice = 0x6000;
    private const int Regular = 0x8000, Link = 0xA000, Socket = 0xC000;

    /// <summary>The user that this process is to the kernel's permission checks.</summary>
    public static uint CurrentUser => geteuid();

    public static uint CurrentGroup => getegid();

    public bool IsRegular => (Mode & KindMask) == Regular;

    public bool IsDirectory => (Mode & KindMask) == Folder;

    /// <summary>What it is, with its article.</summary>
    public string Kind => (Mode & KindMask) switch
    {
        Pipe => "a named pipe (FIFO)",
        CharacterDevice => "a character device",
        Folder => "a directory",
        BlockDevice => "a block device",
        Regular => "a regular file",
        Link => "a symbolic link",
        Socket => "a socket",
        _ => "of an unknown kind",
    };

    /// <summary>The permissions as <c>chmod</c> takes them.</summary>
    public string Permissions => Convert.ToString(Mode & 0xFFF, 8).PadLeft(4, '0');

    /// <summary>Null when there is no such file, or it cannot be reached.</summary>
    public static FileStatus? Of(string path, bool followLink = false) =>
        Libc.TryStatus(Encoding.UTF8.GetBytes(path + '\0'), out FileStatus status, followLink) ? status : null;

    /// <summary>The status of an open file.</summary>
    public static FileStatus? Of(SafeHandle file) => Libc.TryStatus((int)file.DangerousGetHandle(), out FileStatus status) ? status : null;

    /// <summary>Whether this process may use a file so, or the errno of the refusal: <c>access(2)</c>, which changes nothing.</summary>
    public static bool IsAllowed(string path, FileRights rights, out int fault)
    {
        fault = access(path, (int)rights) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return fault == 0;
    }

    [LibraryImport(Libc.Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);

    [LibraryImport(Libc.Library)]
    private static partial uint geteuid();

    [LibraryImport(Libc.Library)]
    private static partial uint getegid();
}

/// <summary>What a process may do with a file: <c>X_OK</c> (of a directory), <c>W_OK</c> and <c>R_OK</c>, unistd.h.</summary>
[Flags]
internal enum FileRights
{
    Search = 1,
    Write = 2,
    Read = 4,
}
