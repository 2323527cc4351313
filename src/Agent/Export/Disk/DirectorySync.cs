using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Agent.Export.Disk;

/// <summary>Makes a directory's entries durable: .NET flushes an open directory (<c>fsync(2)</c>), and opens none.</summary>
internal static partial class DirectorySync
{
    /// <summary><c>O_RDONLY | O_CLOEXEC</c>, asm-generic/fcntl.h.</summary>
    private const int OpenReadOnly = 0x80000;

    /// <summary>Waits until the directory's entries are on the disk, where the file system supports that.</summary>
    /// <exception cref="IOException">The directory cannot be opened, or its disk not be written.</exception>
    public static void Flush(string directory)
    {
        using SafeFileHandle opened = new(open(directory, OpenReadOnly), ownsHandle: true);
        if (opened.IsInvalid)
        {
            int number = Marshal.GetLastPInvokeError();
            throw new IOException($"{new Win32Exception(number).Message} : '{directory}'", number);
        }

        RandomAccess.FlushToDisk(opened);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
