namespace Agent.Export.Disk;

/// <summary>What .NET does not report of a file: its kind, its owner, and which file it is (<c>statx(2)</c>).</summary>
/// <param name="Inode">Which file it is on its device.</param>
/// <param name="Device">The device, major number first.</param>
/// <param name="Owner">The owner's uid.</param>
/// <param name="Mode">Kind and permissions (<c>st_mode</c>).</param>
/// <param name="Size">Bytes.</param>
internal readonly unsafe partial record struct FileStatus(ulong Inode, ulong Device, uint Owner, int Mode, long Size)
{
    /// <summary><c>R_OK | W_OK</c>, unistd.h.</summary>
    public const int ReadWrite = 4 | 2;

    /// <summary><c>R_OK</c>.</summary>
    public const int Read = 4;

    /// <summary><c>X_OK</c>, of a directory.</summary>
    public const int Search = 1;

    /// <summary><c>W_OK | X_OK</c>.</summary>
    public const int WriteSearch = 2 | Search;

    /// <summary><c>R_OK | W_OK | X_OK</c>.</summary>
    public const int ReadWriteSearch = Read | WriteSearch;

    private const string Library = "libc";

    /// <summary>linux/fcntl.h.</summary>
    private const int AtCurrentDirectory = -100, AtSymlinkNoFollow = 0x100, AtEmptyPath = 0x1000;

    /// <summary><c>STATX_BASIC_STATS</c>, include/uapi/linux/stat.h.</summary>
    private const uint StatxBasic = 0x7FF;

    private const int KindMask = 0xF000, DirectoryKind = 0x4000, RegularKind = 0x8000;

    /// <summary>The user that this process is to the kernel's permission checks.</summary>
    public static uint CurrentUser => geteuid();

    /// <summary>Its group.</summary>
    public static uint CurrentGroup => getegid();

    public bool IsRegular => (Mode & KindMask) == RegularKind;

    public bool IsDirectory => (Mode & KindMask) == DirectoryKind;

    /// <summary>The permissions as <c>chmod</c> takes them.</summary>
    public string Permissions => Convert.ToString(Mode & 0xFFF, 8).PadLeft(4, '0');

    /// <summary>Null when there is no such file, or it cannot be read.</summary>
    public static FileStatus? Of(string path, bool followLink = false) =>
        Stat(AtCurrentDirectory, path, followLink ? 0 : AtSymlinkNoFollow);

    /// <summary>The status of an open file.</summary>
    public static FileStatus? Of(SafeHandle file) => Stat((int)file.DangerousGetHandle(), "", AtEmptyPath);

    /// <summary>Whether this process may use a file so: <c>access(2)</c>, which changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">How.</param>
    /// <param name="fault">The errno of the refusal.</param>
    public static bool IsAllowed(string path, int mode, out int fault)
    {
        fault = access(path, mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return fault == 0;
    }

    private static FileStatus? Stat(int directory, string path, int flags)
    {
        Statx status;
        return statx(directory, path, flags, StatxBasic, &status) == 0
            ? new FileStatus(
                status.stx_ino, ((ulong)status.stx_dev_major << 32) | status.stx_dev_minor, status.stx_uid, status.stx_mode, (long)status.stx_size)
            : null;
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* status);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);

    [LibraryImport(Library)]
    private static partial uint geteuid();

    [LibraryImport(Library)]
    private static partial uint getegid();
}
