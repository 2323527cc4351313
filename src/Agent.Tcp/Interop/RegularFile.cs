namespace Agent.Tcp.Interop;

/// <summary>
/// What is opened must be a regular file. Opening a named pipe waits for a writer, reading a terminal for a line, and a
/// device may have no end: no deadline would hold.
/// </summary>
/// <remarks>
/// Which file system it is on is not asked: a proc root may be a captured tree on a disk, and every file of procfs that is
/// read is a regular one.
/// </remarks>
internal static class RegularFile
{
    // S_IFMT and the kinds of a file, include/uapi/linux/stat.h.
    private const int KindMask = 0xF000;
    private const int Pipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int Folder = 0x4000;
    private const int BlockDevice = 0x6000;
    private const int Regular = 0x8000;
    private const int Socket = 0xC000;

    /// <summary>Opens it for reading.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    public static FileStream OpenRead(string path)
    {
        int mode = Libc.Mode(Encoding.UTF8.GetBytes(path + '\0'));
        return mode == 0 || IsRegular(mode)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)
            : throw new IOException($"{path} is {Name(mode)}, not a regular file.");
    }

    public static bool IsRegular(int mode) => (mode & KindMask) == Regular;

    /// <summary>What the path leads to, with its article. <paramref name="path"/> is UTF-8 and ends with a NUL byte.</summary>
    public static string Describe(ReadOnlySpan<byte> path) => Name(Libc.Mode(path));

    private static string Name(int mode) => (mode & KindMask) switch
    {
        Pipe => "a named pipe (FIFO)",
        CharacterDevice => "a character device",
        Folder => "a directory",
        BlockDevice => "a block device",
        Regular => "a regular file",
        Socket => "a socket",
        _ => "of an unknown kind",
    };
}
