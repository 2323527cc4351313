using System.Runtime.InteropServices;

namespace Agent.Tests.Support;

/// <summary>Named pipes that nobody writes to: whoever opens one to read waits.</summary>
internal static partial class NamedPipe
{
    public static string Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return mkfifo(path, 0x1B6) == 0 ? path : throw new IOException($"mkfifo {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mkfifo(string path, uint mode);
}
