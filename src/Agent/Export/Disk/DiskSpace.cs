namespace Agent.Export.Disk;

/// <summary>What an unprivileged user may still use of a file system (<c>statvfs(3)</c>).</summary>
/// <param name="Bytes">Room for data.</param>
/// <param name="Files">Room for further files; null where the file system has no bound (btrfs).</param>
internal readonly unsafe partial record struct DiskSpace(long Bytes, long? Files)
{
    private const string Library = "libc";

    /// <summary>Of the file system of a file or directory.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static DiskSpace Of(string path)
    {
        StatVfs found;
        if (statvfs(path, &found) != 0)
        {
            int number = Marshal.GetLastPInvokeError();
            throw new IOException(Marshal.GetPInvokeErrorMessage(number), number);
        }

        return new DiskSpace((long)(found.f_bavail * found.f_frsize), found.f_files == 0 ? null : (long)found.f_favail);
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statvfs(string path, StatVfs* found);

    /// <summary><c>struct statvfs</c>, bits/statvfs.h, where <c>long</c> has 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StatVfs
    {
        public ulong f_bsize;
        public ulong f_frsize;
        public ulong f_blocks;
        public ulong f_bfree;
        public ulong f_bavail;
        public ulong f_files;
        public ulong f_ffree;
        public ulong f_favail;
        public ulong f_fsid;
        public ulong f_flag;
        public ulong f_namemax;
        public fixed int f_spare[6];
    }
}
