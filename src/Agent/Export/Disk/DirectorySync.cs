using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Agent.Export.Disk;

/// <summary>Makes a directory's entries durable, which the platform's library cannot: <c>fsync(2)</c> of the directory itself.</summary>
internal static partial class DirectorySync
{
    private const string Library = "libc";

    /// <summary><c>O_RDONLY | O_CLOEXEC</c>, asm-generic/fcntl.h.</summary>
    private const int OpenReadOnly = 0x80000;

    /// <summary>asm-generic/errno.h.</summary>
    private const int InvalidArgument = 22, NotSupported = 95;

    /// <summary>Waits until the directory's entries stand on the disk.</summary>
    /// <exception cref="IOException">The directory cannot be opened, or its disk not be written.</exception>
    public static void Flush(string directory)
    {
        int descriptor = open(directory, OpenReadOnly);
        if (descriptor < 0)
        {
            throw Fault(directory);
        }

        // Some file systems know no such call for directories; theirs are as durable as they get.
        int result = fsync(descriptor);
        IOException? fault = result == 0 || Marshal.GetLastPInvokeError() is InvalidArgument or NotSupported ? null : Fault(directory);
        _ = close(descriptor);
        if (fault is not null)
        {
            throw fault;
        }
    }

    private static IOException Fault(string directory)
    {
        int number = Marshal.GetLastPInvokeError();
        return new IOException($"{new Win32Exception(number).Message} : '{directory}'", number);
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport(Library)]
    private static partial int close(int descriptor);
}
